"""Texts stored uncleaned, by an older version or by SQL that bypassed the models."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from releases.content.cleaning import CleanedText, Finding, clean
from releases.models import Release
from releases.models.clean_fields import CleanMixin, clean_fields

CHUNK_SIZE = 200  # rows in memory
LONGEST_NAME = 100
# Singular and plural.
NAMES = {
    "control_characters": ("control character", "control characters"),
    "invisible_characters": ("invisible character", "invisible characters"),
    "unreadable_characters": ("broken character", "broken characters"),
    "html_entities": ("HTML entity", "HTML entities"),
    "html_tags": ("HTML tag", "HTML tags"),
}


@dataclass(frozen=True)
class UncleanText:
    """A stored text that its field would clean on the next save."""

    row: models.Model
    field: CleanMixin
    cleaned: CleanedText

    @property
    def release(self) -> Release | None:
        """Return the release that the text belongs to; None for a topic and for a deleted draft."""
        if isinstance(self.row, Release):
            return self.row
        try:
            return getattr(self.row, "release", None)
        except ObjectDoesNotExist:
            return None

    @property
    def is_of_draft(self) -> bool:
        """Return whether the text may be cleaned without a correction."""
        is_draft = self.release is not None and self.release.status == Release.Status.DRAFT
        return is_draft and not self.is_on_record

    @property
    def is_on_record(self) -> bool:
        """Return whether the text may never change: in a version, an audit entry or a proposal."""
        return self.field.is_on_record

    def __str__(self) -> str:
        found = ", ".join(map(_describe, self.cleaned.findings)) or "line ends"
        return f"{self._owner()}: {self._part()}{self.field.verbose_name}: {found}"

    def _owner(self) -> str:
        """Return the release's number or key with its title, or the row's name."""
        release = self.release
        named = getattr(self.row, "subject", None) or str(release or self.row)
        name = clean(named).text[:LONGEST_NAME] or "without a title"
        if release is None:
            return f"{str(self.row._meta.verbose_name).capitalize()} “{name}”"
        return name if release.number else f"Draft {release.pk} “{name}”"

    def _part(self) -> str:
        if self.row is self.release or self.release is None:
            return ""
        number: Any = getattr(self.row, "number", None) or getattr(self.row, "position", None)
        return f"{self.row._meta.verbose_name} {number or self.row.pk}, "


def _describe(finding: Finding) -> str:
    one, several = NAMES[finding.code]
    return f"{finding.number:,} {one if finding.number == 1 else several} ({finding.examples})"


def find() -> Iterator[UncleanText]:
    """Yield every unclean text, model by model."""
    for model in apps.get_app_config("releases").get_models():
        if fields := clean_fields(model):
            yield from _find_in(model, fields.values())


def _find_in(model: type[models.Model], fields: Collection[CleanMixin]) -> Iterator[UncleanText]:
    rows = model._base_manager.order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK_SIZE):
        for field in fields:
            value = getattr(row, field.attname)
            cleaned = field.cleaned(value)
            # Line ends alone are no reason to report a text that may never change.
            if cleaned.findings or (cleaned.text != value and not field.is_on_record):
                yield UncleanText(row, field, cleaned)
