"""docs/import-format.md agrees with the code."""

import ast
import re
from pathlib import Path

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.parsing import dates

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs/import-format.md").read_text(encoding="utf-8")
SUFFIXES = {"text": "txt", "jsonl": "jsonl", "csv": "csv"}


def codes_in_the_code():
    """Return the warning codes in the code, and those of printed dates."""
    yield from dates._WARNING_MESSAGES
    for path in (PROJECT / "releases").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            place = {"ParseWarning": 1, "Rule": 0}.get(made)
            if place is not None and isinstance(
                code := [*node.args, None, None][place], ast.Constant
            ):
                yield code.value


def test_page_lists_exactly_the_warnings():
    table = PAGE.partition("## Warnings")[2]

    assert re.findall(r"^\| `([\w-]+)`", table, re.MULTILINE) == sorted(set(codes_in_the_code()))


@pytest.mark.parametrize("kind", ["text", "jsonl", "csv"])
def test_example_raises_no_warning(kind):
    example = re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[1]

    [record] = formats.read_all([InputFile(f"example.{SUFFIXES[kind]}", example.encode())])

    assert record.parsed.warnings == ()
    assert record.parsed.title.startswith("County")
    assert record.parsed.date.year == 2024
    assert record.parsed.dateline == "SPRINGFIELD"
    assert record.parsed.body.count("\n\n") == 1
