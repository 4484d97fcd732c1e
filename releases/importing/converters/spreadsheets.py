"""Spreadsheets (.xlsx, .xlsb, .xls, .ods) as CSV, a table for each sheet."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from typing import Any

import python_calamine

from releases.importing.converters.errors import DAMAGED, EMPTY, RefusedError
from releases.importing.extracts import Extract

MAX_CELLS = 5_000_000
TOO_MANY = f"It has more than {MAX_CELLS:,} cells: split it, and import its parts."


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield each sheet with its rows as CSV."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.CalamineError as error:
        raise RefusedError(DAMAGED) from error
    is_empty = True
    for title in book.sheet_names:
        sheet = book.get_sheet_by_name(title)
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            raise RefusedError(TOO_MANY)
        rows = [list(map(_text, row)) for row in sheet.to_python(skip_empty_area=True)]
        rows = [row for row in rows if any(row)]
        if rows:
            is_empty = False
            yield Extract((), name=title, raw=_csv(rows))
    if is_empty:
        raise RefusedError(EMPTY)


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _text(value: Any) -> str:
    """Return a cell as a person would type it into CSV."""
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time.min
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
