"""Versions of releases, kept permanently."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from releases.content import paragraph_ids
from releases.content.cursors import Cursor
from releases.models.choices import VersionKind
from releases.models.clean_fields import CleanJSONField, CleanTextField
from releases.models.querysets import VersionQuerySet


class Versions(VersionQuerySet["Version"]):
    """Version queryset with a concrete row type, from which mypy infers the manager's type."""


class Version(models.Model):
    """Public content of a release from one point in time on. Append-only."""

    Kind = VersionKind

    release = models.ForeignKey(
        "Release",
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,  # the index of version_number_is_unique begins with it
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = CleanTextField(is_on_record=True, blank=True, help_text="What changed and why. Public.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    snapshot = CleanJSONField(is_on_record=True)
    words_changed = models.PositiveIntegerField(
        default=0, help_text="Number of words that differ from the previous version."
    )
    sha256 = models.CharField(max_length=64)
    paragraph_numbers = ArrayField(
        models.PositiveIntegerField(),
        null=True,
        help_text="Paragraph numbers, unless they are 1, 2, 3 …",
    )

    objects = Versions.as_manager()
    topics_data: list[dict[str, str]]  # of rows from `with_release()`
    translations_data: list[dict[str, str]]  # the same

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["-at"], name="version_by_time"),
            models.Index(
                fields=["-at", "-id"],
                name="version_ledger",
                condition=Q(kind__in=["correction", "withdrawal", "reinstated"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="version_number_is_unique"),
            models.CheckConstraint(
                name="correction_has_note",
                condition=Q(kind__in=["issued", "minor"]) | ~Q(note=""),
                violation_error_message="A correction, update or withdrawal needs a public note.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} version {self.number}"

    def natural_key(self) -> tuple[str | None, int]:
        """Return the release's number and the version's, as fixtures name a version."""
        return (*self.release.natural_key(), self.number)

    @property
    def page_cursor(self) -> Cursor:
        """Return its position in the corrections log: time and primary key."""
        return self.at, self.pk

    @property
    def paragraphs(self) -> dict[int, str]:
        """Return the plain text of each paragraph, of body and sections, by paragraph number."""
        texts = paragraph_ids.texts(self.snapshot)
        return dict(zip(self.paragraph_numbers or range(1, len(texts) + 1), texts, strict=False))

    def number_paragraphs(self, earlier: Sequence[Version]) -> None:
        """Copy paragraph numbers from `earlier` (oldest first) to matching paragraphs, without
        saving."""
        # Numbers are stored once and never recomputed: a better matching algorithm must not change
        # any that was cited. An issued version starts at 1: earlier ones were never public.
        if self.kind == self.Kind.ISSUED or not earlier:
            return
        issued = [row.number for row in earlier if row.kind == self.Kind.ISSUED]
        read = [row.paragraphs for row in earlier if row.number >= max(issued, default=1)]
        highest = max((number for paragraphs in read for number in paragraphs), default=0)
        texts = paragraph_ids.texts(self.snapshot)
        numbers = paragraph_ids.carry(read[-1], texts, highest)
        if numbers != list(range(1, len(texts) + 1)):
            self.paragraph_numbers = numbers

    def digest(self, previous: str) -> str:
        """Return the SHA-256 (hex) over this version and the digest of the `previous` one ("" for
        the first).

        The input is JSON in UTF-8 with sorted keys, no whitespace and no ASCII escapes, of
        previous, number, kind, note, at (UTC, ISO 8601) and snapshot, so that anyone can verify it.
        """
        snapshot = canonical_json(self.snapshot)
        return version_digest(previous, self.number, self.kind, self.note, self.at, snapshot)


_CANONICAL = DjangoJSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys, no whitespace and no ASCII escapes."""
    return _CANONICAL.encode(value)


def version_digest(
    previous: str, number: int, kind: str, note: str, at: datetime.datetime, snapshot: str
) -> str:
    """Return the digest of `Version.digest`; the snapshot is given as canonical JSON."""
    moment = at.astimezone(datetime.UTC).isoformat()
    head = {"at": moment, "kind": kind, "note": note, "number": number, "previous": previous}
    canonical = f'{canonical_json(head)[:-1]},"snapshot":{snapshot}}}'  # its key sorts last
    return hashlib.sha256(canonical.encode()).hexdigest()
