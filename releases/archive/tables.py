"""Conversion of database rows to lines of JSON and back, one file per table."""

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
    AuditEntry,
    Boilerplate,
    BoilerplateText,
    Contact,
    FeedAuthority,
    Image,
    LegacyURL,
    NumberSeries,
    Office,
    PinnedResult,
    PreviewLink,
    PreviewUse,
    ProposedCorrection,
    Redirect,
    Release,
    ReleaseTemplate,
    Section,
    Synonym,
    TemplateSection,
    Topic,
    TopicRedirect,
    Version,
)
from releases.models.batches import in_batches

Line = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """An exported table and its columns, by database name."""

    name: str
    model: type[models.Model]
    excluded: dict[str, Any] = field(default_factory=dict)  # with the values to restore
    is_optional: bool = False  # older exports lack it
    is_seeded: bool = False  # a new database has rows of it

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @cached_property
    def fields(self) -> dict[str, models.Field[Any, Any]]:
        columns = {one.db_column or one.attname: one for one in self.model._meta.concrete_fields}
        return {name: one for name, one in columns.items() if name not in self.excluded}

    def batches(self) -> Iterator[list[Line]]:
        """Yield all rows in the order of their primary key."""
        key = self.model._meta.pk.attname
        rows = self.model._base_manager.values(*(one.attname for one in self.fields.values()))
        for batch in in_batches(rows, itemgetter(key)):
            yield [
                {name: _to_json(row[one.attname]) for name, one in self.fields.items()}
                for row in batch
            ]

    def row(self, line: Line) -> models.Model:
        """Return the unsaved row; columns that the line lacks get their defaults.

        Raises ValueError with a message to follow the name of the file.
        """
        if unknown := line.keys() - self.fields.keys():
            raise ValueError(f"has unknown columns: {', '.join(sorted(unknown))}")
        if self.model._meta.pk.column not in line:
            raise ValueError(f"lacks its {self.model._meta.pk.column}")
        fields = [(self.fields[name], value) for name, value in line.items()]
        values = {one.attname: _from_json(one, value) for one, value in fields}
        return self.model(**self.excluded, **values)

    def insert(self, lines: Sequence[Line]) -> None:
        """Save the rows with their primary keys."""
        self.model._base_manager.bulk_create([self.row(line) for line in lines])

    def last_key(self) -> int | None:
        """Return the last key from the table's sequence; None if it has no sequence."""
        # Not the highest key: audit entries may refer to a deleted row, so its key stays unused.
        if (sequence := self._sequence()) is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608  # nosec B608  # PostgreSQL's own name
            last, is_called = cursor.fetchone()
        return int(last) if is_called else 0

    def set_last_key(self, last: int) -> None:
        """Set the sequence so that its next key follows `last`."""
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


# In restoring order. Left out: what can be rebuilt (search index, similarity), is kept for days
# (uploads, working copies, states of drafts, submitted forms, e-mail), counts of old addresses and
# searches, and secrets (passwords, second factors, sessions).
TABLES = (
    Table("accounts", User, {"password": "!", "last_login": None}),  # "!": no password matches
    Table("topics", Topic),
    Table("releases", Release),
    Table("release_topics", Release.topics.through),
    Table("boilerplate", Boilerplate, is_optional=True),
    Table("boilerplate_texts", BoilerplateText, is_optional=True),
    Table("sections", Section),
    Table("versions", Version),
    Table("legacy_urls", LegacyURL),
    Table("number_series", NumberSeries),
    Table("images", Image),
    Table("attachments", Attachment),
    Table("audit_lines", AuditEntry),
    Table("preview_links", PreviewLink),
    Table("preview_uses", PreviewUse),
    Table("proposed_corrections", ProposedCorrection, is_optional=True),
    Table("feed_authority", FeedAuthority, is_optional=True),
    Table("office", Office, is_optional=True),
    Table("topic_redirects", TopicRedirect, is_optional=True),
    Table("redirects", Redirect, is_optional=True),
    Table("synonyms", Synonym, is_optional=True, is_seeded=True),
    Table("pinned_results", PinnedResult, is_optional=True),
    Table("contacts", Contact, is_optional=True),
    Table("release_templates", ReleaseTemplate, is_optional=True),
    Table("release_template_topics", ReleaseTemplate.topics.through, is_optional=True),
    Table("release_template_sections", TemplateSection, is_optional=True),
)


def encode(line: Line) -> bytes:
    """Return a line of JSON in UTF-8, with sorted keys and no whitespace, ended by a line feed."""
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{text}\n".encode()


def _to_json(value: Any) -> Any:
    """Convert times to ISO 8601 in UTC, dates to ISO 8601 and bytes to Base64."""
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
