"""Standard texts of the office, for example “About the office”."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from releases.models import lengths
from releases.models.clean_fields import CleanCharField, CleanLineField, CleanTextField


class Boilerplate(models.Model):
    """A standard text, whose versions are kept."""

    name = CleanCharField(max_length=200, unique=True, help_text="For staff.")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "boilerplate"

    def __str__(self) -> str:
        return self.name

    def latest(self) -> BoilerplateText | None:
        return self.texts.last()


class BoilerplateText(models.Model):
    """One version of a standard text."""

    # Never changed: sections of releases name the version that they print.
    boilerplate = models.ForeignKey(Boilerplate, on_delete=models.CASCADE, related_name="texts")
    number = models.PositiveIntegerField()
    heading = CleanLineField(blank=True)
    body = CleanTextField("text", is_markdown=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            *lengths.constraints("boilerplate", lengths.SECTION_LIMITS),
            models.UniqueConstraint(
                fields=["boilerplate", "number"], name="boilerplate_version_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.boilerplate}, version {self.number}"
