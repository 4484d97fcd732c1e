"""Releases as rows of CSV and lines of JSON, in the API's downloads and the data files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releases.output.edition import Edition
from releases.output.renditions.json_document import FIELDS, OPTIONAL_FIELDS, describe

# Spreadsheets run cells that start with these (OWASP, CSV Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_TRUNCATED = "INCOMPLETE: this list could not be read to its end. Request it again."
CSV_TRUNCATED = f'"{_TRUNCATED}"\r\n'
JSON_TRUNCATED = json.dumps({"error": _TRUNCATED}) + "\n"


@dataclass(frozen=True)
class Column:
    """Column of a table: type (Frictionless Table Schema), meaning, and its value."""

    kind: str
    meaning: str | Promise
    value: Callable[[Any], Any]


COLUMNS: dict[str, Column] = {
    "number": Column("string", _("Permanent number of the release"), FIELDS["number"]),
    "date": Column("date", _("Date printed on the release"), FIELDS["date"]),
    "released_at": Column("datetime", _("When it became public (UTC)"), FIELDS["released_at"]),
    "updated_at": Column(
        "datetime", _("When its latest version became public (UTC)"), FIELDS["updated_at"]
    ),
    "status": Column("string", _("“approved” for public releases"), FIELDS["status"]),
    "title": Column("string", _("Title, as printed"), FIELDS["title"]),
    "subtitle": Column("string", _("Subtitle, as printed"), FIELDS["subtitle"]),
    "language": Column("string", _("Language tag, such as en or es"), FIELDS["language"]),
    "dateline": Column("string", _("Place at the start of the text"), FIELDS["dateline"]),
    "topics": Column(
        "array",
        _("Names of the topics; separated by semicolons in CSV"),
        lambda edition: [topic["name"] for topic in edition.release.topics_data],
    ),
    "contact": Column("string", _("Press contact, as printed"), FIELDS["contact"]),
    "text": Column(
        "string",
        _("The whole text without formatting, a blank line between paragraphs"),
        OPTIONAL_FIELDS["full_text"],
    ),
    "url": Column("string", _("Permanent address"), FIELDS["url"]),
    "version": Column(
        "integer", _("Number of the latest version"), lambda edition: edition.version.number
    ),
    "sha256": Column(
        "string",
        _("Checksum of that version, as in its history"),
        lambda edition: edition.version.sha256,
    ),
}


class _LineReturner:
    """File-like object whose `write` returns the line, so that it can be yielded."""

    def write(self, line: str) -> str:
        return line


def row(item: Any, columns: Mapping[str, Column], names: Iterable[str] = ()) -> dict[str, Any]:
    """Return the values of the named columns, by default all."""
    return {name: columns[name].value(item) for name in names or columns}


def csv_lines(
    items: Iterable[Any],
    names: Iterable[str] = (),
    columns: Mapping[str, Column] = COLUMNS,
) -> Iterator[str]:
    """Yield a header and one record per item (RFC 4180), with formulas escaped."""
    write = csv.writer(_LineReturner()).writerow
    yield write(names or columns)
    makers = [columns[name].value for name in names or columns]
    for item in items:
        yield write([cell(make(item)) for make in makers])


def json_lines(editions: Iterable[Edition], names: Iterable[str] = ()) -> Iterator[str]:
    """Yield one line per release, in the shape of its JSON rendition."""
    for edition in editions:
        yield json.dumps(describe(edition, names), ensure_ascii=False) + "\n"


def cell(value: Any) -> str:
    """Return the value as a cell of CSV that no spreadsheet runs as a formula."""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
