"""Texts stored before their fields cleaned them, by an older version or past the models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from releases.models import Release
from releases.models.fields import Clean
from releases.text.cleaning import Cleaned, clean

BATCH = 200  # rows in memory


@dataclass(frozen=True)
class Unclean:
    """A text that its field would clean if it were saved now."""

    row: models.Model
    field: Clean
    cleaned: Cleaned

    @property
    def release(self) -> Release | None:
        """The release that the text belongs to; a topic has none."""
        return self.row if isinstance(self.row, Release) else getattr(self.row, "release", None)

    @property
    def is_of_draft(self) -> bool:
        """Whether the text is part of a draft, which may be cleaned without a correction."""
        return self.release is not None and self.release.status == Release.Status.DRAFT

    def __str__(self) -> str:
        owner = clean(str(self.release or self.row)).text[:100]
        found = " ".join(finding.message for finding in self.cleaned.findings)
        kind = self.row._meta.verbose_name
        where = "" if self.row is self.release else f"{kind} {self.row.pk}, "
        return f"{owner}: {where}{self.field.verbose_name}: {found or 'Its line ends change.'}"


def find() -> Iterator[Unclean]:
    """Every such text, model by model."""
    for model in apps.get_app_config("releases").get_models():
        fields = [field for field in model._meta.get_fields() if isinstance(field, Clean)]
        if fields:
            yield from _find_in(model, fields)


def _find_in(model: type[models.Model], fields: list[Clean]) -> Iterator[Unclean]:
    rows = model._base_manager.order_by("pk")
    if any(field.name == "release" for field in model._meta.get_fields()):
        rows = rows.select_related("release")
    for row in rows.iterator(chunk_size=BATCH):
        for field in fields:
            text = getattr(row, field.attname)
            cleaned = field.cleaned(text) if text else None
            if cleaned and cleaned.text != text:
                yield Unclean(row, field, cleaned)
