"""Conversion of Haystack's fields and values to Whoosh's columns and entries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from whoosh.fields import DATETIME, NUMERIC
from whoosh.fields import ID as VALUE

from releases.search.analysis.analyzer import printed_words
from releases.search.analysis.entry_terms import EXACT_SUFFIX
from releases.search.embedded.fields import (
    ExactColumn,
    PrintedWords,
    StemColumn,
    ValuesColumn,
)


def columns_for(fields: Iterable[Any]) -> dict[str, Any]:
    """Return columns by name. Each prose field has two: stemmed and exact."""
    columns: dict[str, Any] = {
        ID: VALUE(stored=True, unique=True),
        DJANGO_CT: VALUE(stored=True),
        DJANGO_ID: VALUE(stored=True, sortable=True),
    }
    for field in fields:
        name = field.index_fieldname
        columns[name] = _column(field)
        if isinstance(columns[name], StemColumn):
            columns[name].stored = field.stored
            columns[name + EXACT_SUFFIX] = ExactColumn()
    return columns


def _column(field: Any) -> Any:
    if field.is_multivalued:
        return ValuesColumn()
    if field.field_type in ("date", "datetime"):
        return DATETIME(stored=True, sortable=True)
    if field.field_type == "integer":
        return NUMERIC(numtype=int, stored=True, sortable=True)
    if field.field_type == "value":
        return VALUE(stored=True, sortable=True)
    return StemColumn(float(field.boost or 1))


def entry(prepared: dict[str, Any], prose: Iterable[str]) -> dict[str, Any]:
    """Convert Haystack's prepared values to an entry. `prose` names the prose columns."""
    values = {name: to_naive_utc(value) for name, value in prepared.items() if value is not None}
    for name in prose:
        text = str(prepared[name] or "")
        # Analyzed here: an error skips one release, in the writer all.
        values[name] = PrintedWords(*printed_words(text), prepared["language"])
        values[f"_stored_{name}"] = text
    return values


def to_naive_utc(value: Any) -> Any:
    """Convert dates and aware datetimes to naive datetimes in UTC, as Whoosh stores them."""
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time.min)
    return value
