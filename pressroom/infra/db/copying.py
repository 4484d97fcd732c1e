"""Insertion of many new rows by COPY, which takes a fraction of the time of `bulk_create`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection, models
from django.db.models.expressions import DatabaseDefault

# https://www.postgresql.org/docs/current/sql-copy.html: text format
NULL = b"\\N"
CHUNK = 50  # rows that are sent at once
MAX_JOINED = 1_000_000  # bytes; copies of longer texts would take memory
_Row = TypeVar("_Row")
_PRINTED = (int, datetime.date)  # bool and datetime, too
_ESCAPES = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}


def copy_rows(rows: Iterable[models.Model]) -> None:
    """Insert new rows of one model as their fields prepare them, all with keys or all without.

    The database fills columns with a default of its own that the rows do not state. Values are
    texts, numbers, moments, dates, bytes and, in JSON fields, JSON. While the database stores some
    rows, the iterable makes the next ones, without queries.
    """
    chunks = _chunks(rows)
    first = next(chunks, [])
    if not first:
        return
    fields = [field for field in first[0]._meta.concrete_fields if _is_stated(field, first[0])]
    sent = []

    def columns(rows: list[models.Model]) -> list[list[bytes]]:
        sent.extend(rows)
        return [_column(field, rows) for field in fields]

    _copy(_statement(type(first[0]), fields), _Lines(columns, chain([first], chunks)))
    for row in sent:
        row._state.adding, row._state.db = False, connection.alias


def copy_values(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert new rows of a model, each the values of the named fields, without instances.

    Callers clean the texts and encode JSON. The database fills the other columns. As with
    `copy_rows`, the iterable makes rows while the database stores others.
    """
    fields = [model._meta.get_field(name) for name in names]
    chunks = _chunks(rows)
    if first := next(chunks, []):
        lines = _Lines(_columns_of_values, chain([first], chunks))
        _copy(_statement(model, fields), lines)


def copy_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert new rows of a model from the values of each field, without instances.

    Callers clean the texts. The database fills the columns that are not given.
    """
    fields = [model._meta.get_field(name) for name in columns]
    texts = list(map(_texts, columns.values()))
    if not all(texts):
        return
    lines = BytesIO(_text_format(texts))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(_statement(model, fields), lines)


def _chunks(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    remaining = iter(rows)
    return iter(lambda: list(islice(remaining, CHUNK)), [])


def _columns_of_values(rows: list[tuple[Any, ...]]) -> list[list[bytes]]:
    return list(map(_texts, zip(*rows, strict=True)))


class _Lines(Generic[_Row]):
    """Rows in COPY's text format, as a file that is made while it is read."""

    def __init__(
        self, columns: Callable[[list[_Row]], list[list[bytes]]], chunks: Iterator[list[_Row]]
    ) -> None:
        self._columns, self._chunks = columns, chunks
        self.error: BaseException | None = None  # psycopg2 raises one of its own instead

    def read(self, size: int) -> bytes:
        """Return the next rows, whatever their size; nothing at the end."""
        try:
            rows = next(self._chunks, [])
            return _text_format(self._columns(rows)) if rows else b""
        except BaseException as error:
            self.error = error
            raise


def _copy(statement: str, lines: _Lines[Any]) -> None:
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(statement, lines)
    except DatabaseError:
        if lines.error:
            raise lines.error from None
        raise


def _text_format(columns: Sequence[Sequence[bytes]]) -> bytes:
    return b"".join([b"\t".join(values) + b"\n" for values in zip(*columns, strict=True)])


def _statement(model: type[models.Model], fields: Iterable[Any]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    return f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"


def set_keys(rows: Sequence[models.Model]) -> None:
    """Set the primary keys of new rows of one model, in order."""
    if not rows:
        return
    options = rows[0]._meta
    assert options.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(options.db_table), options.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _is_stated(field: models.Field[Any, Any], row: models.Model) -> bool:
    value = getattr(row, field.attname)
    return not (isinstance(value, DatabaseDefault) or (field.primary_key and value is None))


def _column(field: models.Field[Any, Any], rows: Iterable[models.Model]) -> list[bytes]:
    """Return the field's values in COPY's text format."""
    # Most fields save the attribute as it is: reading it takes half the time of asking the field.
    is_plain = type(field).pre_save is models.Field.pre_save
    prepare = attrgetter(field.attname) if is_plain else partial(field.pre_save, add=True)
    values = list(map(prepare, rows))
    if isinstance(field, models.JSONField):
        values = [None if each is None else json.dumps(each, cls=field.encoder) for each in values]
    return _texts(values)


def _texts(values: Sequence[Any]) -> list[bytes]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return _escape_all(list(map(str.encode, values)))
    return [NULL] * len(values) if kinds == {type(None)} else list(map(_text, values))


def _escape_all(texts: Sequence[bytes]) -> list[bytes]:
    if sum(map(len, texts)) > MAX_JOINED:
        return list(map(_escape, texts))
    # Looking through all texts at once takes a fraction of the time. The database refuses NUL.
    escaped = _escape(b"\0".join(texts)).split(b"\0")
    return escaped if len(escaped) == len(texts) else list(map(_escape, texts))


def _text(value: Any) -> bytes:
    if value is None:
        return NULL
    if isinstance(value, str):
        return _escape(value.encode())
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}".encode()
    if isinstance(value, _PRINTED):
        return str(value).encode()
    raise TypeError(f"COPY of {type(value).__name__} is not supported.")


def _escape(text: bytes) -> bytes:
    for sign, escaped in _ESCAPES.items():
        if sign in text:
            text = text.replace(sign, escaped)
    return text
