"""Lists of releases as streamed CSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from releases.output.edition import Edition
from releases.output.renditions.json_document import describe

_COLUMNS = (
    "number date released_at updated_at status title subtitle language dateline topics contact "
    "text url version sha256"
)
COLUMNS = tuple(_COLUMNS.split())
# Spreadsheets run cells that start with these (OWASP, CSV Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_TRUNCATED = "INCOMPLETE: this list could not be read to its end. Request it again."
CSV_TRUNCATED = f'"{_TRUNCATED}"\r\n'
JSON_TRUNCATED = json.dumps({"error": _TRUNCATED}) + "\n"


class _LineReturner:
    """File-like object whose `write` returns the line, so that it can be yielded."""

    def write(self, line: str) -> str:
        return line


def csv_lines(editions: Iterable[Edition]) -> Iterator[str]:
    """Yield a header and one record per release (RFC 4180), with formulas escaped."""
    writer = csv.writer(_LineReturner())
    yield writer.writerow(COLUMNS)
    for row in map(_row, editions):
        yield writer.writerow(_escape_formula(str(row[name])) for name in COLUMNS)


def json_lines(editions: Iterable[Edition]) -> Iterator[str]:
    """Yield one line per release, in the shape of its JSON rendition."""
    for edition in editions:
        yield json.dumps(describe(edition), ensure_ascii=False) + "\n"


def _row(edition: Edition) -> dict[str, Any]:
    data = describe(edition)
    return data | {
        "topics": "; ".join(topic["name"] for topic in data["topics"]),
        "text": "\n\n".join(data["text"]),
        "version": edition.version.number,
        "sha256": edition.version.sha256,
    }


def _escape_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
