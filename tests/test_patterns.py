"""Every regular expression is linear: twice the text takes twice the time."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from itertools import chain, product
from pathlib import Path
from types import ModuleType

import pytest

import pressroom
import releases
from releases import content as text

# Pieces that a pattern may match before it fails: each is repeated after each beginning.
PIECES = (
    *' \n\ta1A-–*#<[(&;:.,_=>|"“’/\\@+\0é\u00ad\u200b\U000e0041',
    *(
        "a-",
        "a ",
        "a.",
        "a,",
        "a'",
        "1,",
        "1-",
        "1.",
        "1 ",
        "a:",
        "A. ",
        "[a](",
        "a&",
        "<a ",
        "&amp;",
    ),
    *("&#38;", "\n ", " \n", "\r\n", "*a", "# ", "- ", "-30", "> ", "| ", "a@", "www.", "://"),
    *(
        "(1) ",
        "111 ",
        "111-",
        "+1 ",
        "July 1, ",
        "1 de ",
        "for release ",
        "contact ",
        "press ",
        "a=b ",
    ),
    *("home ", "share ", "Aa ", "Aa. ", "$1,", "1 million ", '"a" ', "_" * 40 + "\n", "&lt;b&gt;"),
)
BEGINNINGS = ("", "a", "$", "<a", "1")
SIZE = 1_000  # characters; a quadratic pattern takes a thousand times as long as one pass
ONE_PASS = 0.0005  # seconds; a faster pattern is not measured further
FUNCTIONS = {f"re.{name}" for name in ("sub", "split", "match", "search", "findall", "fullmatch")}
MOST = 3.0  # times as long for twice the text: quadratic is 4, linear 2


def modules() -> Iterator[ModuleType]:
    for package in (releases, pressroom):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not {"migrations", "commands", "wsgi"} & set(found.name.split(".")):
                yield importlib.import_module(found.name)


def patterns_in(value: object, depth: int = 3) -> Iterator[re.Pattern[str]]:
    """Yield a pattern, or those in a table or in an object of ours."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif depth and isinstance(value, Mapping):
        for part in value.values():
            yield from patterns_in(part, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from patterns_in(part, depth - 1)
    elif depth and type(value).__module__.startswith(("releases.", "pressroom.")):
        for part in getattr(value, "__dict__", {}).values():
            yield from patterns_in(part, depth - 1)


def all_patterns() -> dict[str, re.Pattern[str]]:
    """Return all patterns, with the first module that has each."""
    named: dict[re.Pattern[str], str] = {}
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                named.setdefault(pattern, f"{module.__name__}.{name}")
    return {f"{name} {pattern.pattern[:30]}": pattern for pattern, name in named.items()}


PATTERNS = all_patterns()


def seconds(pattern: re.Pattern[str], text: str, times: int = 1) -> float:
    """Return the least processor time to find all, to match at the start and to match in full."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        for _match in pattern.finditer(text):
            pass
        pattern.match(text)
        pattern.fullmatch(text)
        best = min(best, time.process_time() - began)
    return best


def own_phrases(pattern: re.Pattern[str]) -> list[str]:
    """Yield texts that the pattern looks for."""
    plain = pattern.pattern.replace(r"\s+", " ").replace(r"\b", "|")
    return [
        f"{words} " for words in sorted(set(re.findall(r"[^\W\d_][^\W_ ]+(?: [^\W_]+)*", plain)))
    ]


def grown(beginning: str, piece: str, size: int) -> str:
    """Return a text of that size whose end does not match."""
    return beginning + piece * (size // len(piece)) + "\x01"


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_twice_the_text_takes_twice_the_time(pattern):
    own = product([""], own_phrases(pattern))
    for beginning, piece in chain(product(BEGINNINGS, PIECES), own):
        look = seconds(pattern, grown(beginning, piece, SIZE))
        if look < ONE_PASS or look < seconds(pattern, grown(beginning, piece, SIZE // 4)) * 8:
            continue
        once, twice = (seconds(pattern, grown(beginning, piece, SIZE * n), 3) for n in (4, 8))
        assert twice < once * MOST or once < ONE_PASS, f"{beginning!r}, {piece!r} × {SIZE}"


def inline_patterns() -> Iterator[str]:
    """Yield calls of `re` functions with a literal pattern, which this test cannot measure."""
    for path in sorted(Path(text.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in FUNCTIONS:
                continue
            if any(isinstance(given, ast.Constant) for given in node.args[:1]):
                yield f"{path.name}:{node.lineno}"


def test_patterns_are_module_globals_and_measured():
    assert list(inline_patterns()) == []


def test_patterns_are_found_in_globals_tables_and_objects():
    found = {pattern.pattern for pattern in PATTERNS.values()}

    assert {r"\s+", r"[\uac00-\ud7af]"} <= found
    assert len(found) > 100
