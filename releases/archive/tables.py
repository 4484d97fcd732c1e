"""Rows of the database as lines of JSON, and back: one file for each table that is exported."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models

from releases.models import (
    Attachment,
    AuditLine,
    FeedAuthority,
    Image,
    LegacyURL,
    NumberSeries,
    PreviewLink,
    PreviewUse,
    ProposedCorrection,
    Release,
    Section,
    Topic,
    Version,
)
from releases.models.batches import in_batches

Line = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One table and the columns of it that are exported, each under its name in the database."""

    name: str
    model: type[models.Model]
    excluded: dict[str, Any] = field(default_factory=dict)  # left out; what they are when restored
    is_optional: bool = False  # exports from before it lack it

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @cached_property
    def fields(self) -> dict[str, models.Field[Any, Any]]:
        concrete = {one.attname: one for one in self.model._meta.concrete_fields}
        return {name: one for name, one in concrete.items() if name not in self.excluded}

    def batches(self) -> Iterator[list[Line]]:
        """All rows, in the order of their key."""
        key = self.model._meta.pk.attname
        for batch in in_batches(self.model._base_manager.values(*self.fields), itemgetter(key)):
            yield [{name: _to_json(value) for name, value in row.items()} for row in batch]

    def row(self, line: Line) -> models.Model:
        """The row that the line says; a column that it does not name gets its default.

        Raises ValueError, with a sentence's second half, for what can not be a row.
        """
        if unknown := line.keys() - self.fields.keys():
            raise ValueError(f"has columns that are not known here: {', '.join(sorted(unknown))}")
        if self.model._meta.pk.attname not in line:
            raise ValueError(f"lacks its {self.model._meta.pk.attname}")
        values = {name: _from_json(self.fields[name], value) for name, value in line.items()}
        return self.model(**self.excluded, **values)

    def insert(self, lines: Sequence[Line]) -> None:
        """Write them as they are, keys included."""
        self.model._base_manager.bulk_create([self.row(line) for line in lines])

    def last_key(self) -> int | None:
        """The last key that the table's sequence gave out: it may be of a row that is gone, which
        audit lines still name. None for a table whose keys are not counted."""
        if (sequence := self._sequence()) is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - PostgreSQL's own name
            last, is_called = cursor.fetchone()
        return int(last) if is_called else 0

    def set_last_key(self, last: int) -> None:
        """Have the sequence give out the key after `last` next."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(%s::regclass, %s, %s)", [self._sequence(), max(last, 1), last > 0]
            )

    def _sequence(self) -> str | None:
        meta = self.model._meta
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [meta.db_table, meta.pk.column])
            (name,) = cursor.fetchone()
        return name


# In the order in which they can be restored. What is not here can be made anew (the search index
# and what is learned of it), counts for days (uploads, working copies, earlier states of drafts,
# which forms were sent) or must not leave (passwords, second factors, sessions).
TABLES = (
    Table("accounts", User, {"password": "!", "last_login": None}),  # "!": no password fits
    Table("topics", Topic),
    Table("releases", Release),
    Table("release_topics", Release.topics.through),
    Table("sections", Section),
    Table("versions", Version),
    Table("legacy_urls", LegacyURL),
    Table("number_series", NumberSeries),
    Table("images", Image),
    Table("attachments", Attachment),
    Table("audit_lines", AuditLine),
    Table("preview_links", PreviewLink),
    Table("preview_uses", PreviewUse),
    Table("proposed_corrections", ProposedCorrection, is_optional=True),
    Table("feed_authority", FeedAuthority, is_optional=True),
)


def encode(line: Line) -> bytes:
    """A line of a file: JSON with sorted keys, no blanks, in UTF-8, ended by a line feed."""
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{text}\n".encode()


def _to_json(value: Any) -> Any:
    """Moments in UTC and days in ISO 8601, bytes in Base64, the rest as JSON has it."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, memoryview | bytes):
        return base64.b64encode(value).decode()
    return value


def _from_json(column: models.Field[Any, Any], value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(column, models.DateTimeField):
        return datetime.datetime.fromisoformat(value)
    if isinstance(column, models.DateField):
        return datetime.date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column, models.BinaryField) else value
