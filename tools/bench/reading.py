"""Accuracy of the importer on irregular text files, compared with expected fields.

Wrong dates, which are worse than missing ones, and lost paragraphs are counted separately.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from releases.importing import formats
from releases.importing.loader import Loader, dry_run
from tools.bench import corpus
from tools.bench.tables import Table

COUNT = 28
# Name in expected.json -> name in the importer.
FIELDS = {
    "title": "title",
    "date": "date",
    "contact": "contact",
    "dateline_city": "dateline",
    "body_paragraphs": "paragraphs",
    "end_mark": "end_mark",
    "language": "language",
}
SHOWN = 48  # characters of a value that was misread


class Read(NamedTuple):
    """Expected and imported value of one field of one file."""

    file: str
    field: str
    expected: Any
    got: Any


def run(count: int = COUNT) -> Iterator[Table]:
    """Yield accuracy by field, then the misread values."""
    read = list(_read(count))
    wrong = [each for each in read if each.expected != each.got]
    rows = []
    for field in FIELDS:
        total = sum(each.field == field for each in read)
        right = total - sum(each.field == field for each in wrong)
        rows.append((field, right, total, right / total))
    rows.append(("all", len(read) - len(wrong), len(read), 1 - len(wrong) / len(read)))
    dates = sum(each.field == "date" and each.got is not None for each in wrong)
    lost = sum(
        max(each.expected - each.got, 0) for each in wrong if each.field == "body_paragraphs"
    )
    title = f"Reading: {dates} wrong dates, {lost} lost paragraphs"
    yield Table(title, ("field", "right", "of", "part"), rows)
    shown = [(each.file, each.field, _short(each.expected), _short(each.got)) for each in wrong]
    yield Table("Misread", Read._fields, shown)


def _read(count: int) -> Iterator[Read]:
    """Import the files and roll back."""
    expected = {str(path): fields for path, fields in corpus.texts(Path(settings.VAR_DIR), count)}
    with dry_run():
        loaded = Loader().load(formats.read_files(map(Path, expected)))
        outcomes = [outcome.as_json() for outcome in loaded]
    for outcome in outcomes:
        got = outcome["fields"]
        for field, name in FIELDS.items():
            value = expected[outcome["source"]][field]
            yield Read(Path(outcome["source"]).name, field, value, _as_expected(got, name))


def _as_expected(got: Mapping[str, Any], name: str) -> Any:
    """Convert an imported value to the conventions of expected.json."""
    value = got.get(name)
    if name == "contact":
        value = "; ".join(str(value).split("\n"))
    return " ".join(value.split()) or None if isinstance(value, str) else value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
