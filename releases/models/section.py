"""Sections of releases."""

from __future__ import annotations

from typing import Any

from django.db import models

from releases.models import lengths
from releases.models.boilerplate import BoilerplateText
from releases.models.clean_fields import CleanLineField, CleanTextField
from releases.models.querysets import SectionQuerySet
from releases.models.release import Release


class Sections(SectionQuerySet["Section"]):
    """Section queryset with a concrete row type, from which mypy infers the manager's type."""


class Section(models.Model):
    """A part of a release below its main text, for example its background."""

    class Kind(models.TextChoices):
        BODY = "body", "body"
        BACKGROUND = "background", "background"
        QUOTE = "quote", "quote"
        RESOURCES = "resources", "resources"
        ABOUT = "about", "about"
        NOTES = "notes", "notes"

    release = models.ForeignKey(
        Release,
        on_delete=models.CASCADE,
        related_name="sections",
        db_index=False,  # the index of section_position_is_unique begins with it
    )
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BODY)
    heading = CleanLineField(blank=True)
    body = CleanTextField(
        is_markdown=True, help_text="Restricted Markdown, like the release's body."
    )
    after_end = models.BooleanField(
        "below the end mark", default=False, help_text="Printed below the end mark."
    )
    boilerplate = models.ForeignKey(
        BoilerplateText,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="sections",
        help_text="Version of the standard text that this section was copied from.",
    )

    objects = Sections.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            *lengths.constraints("section", lengths.SECTION_LIMITS),
            models.UniqueConstraint(
                fields=["release", "position"],
                name="section_position_is_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.heading or self.get_kind_display()

    def natural_key(self) -> tuple[str | None, int]:
        """Return the release's number and the position, as fixtures name a section."""
        return (*self.release.natural_key(), self.position)

    def snapshot(self) -> dict[str, Any]:
        """Return the section's part of the release's snapshot."""
        fields = ("kind", "heading", "body", "after_end")
        return {name: getattr(self, name) for name in fields}
