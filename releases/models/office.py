"""Settings of the office that staff entered."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.db.models import Q

from pressroom.infra import colors
from pressroom.infra.db import replicas
from releases.models.clean_fields import CleanCharField, CleanTextField
from releases.models.files import StoredFile

# The row as text, null if there is none, for queries that read it along with something else.
OFFICE_QUERY = "(SELECT row_to_json(office)::text FROM releases_office office)"
MAX_LINE = 200  # characters


class Office(models.Model):
    """Single row of the office's settings; the environment's apply where it is empty."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = CleanCharField(max_length=MAX_LINE, blank=True)
    contact = CleanCharField(
        "press contact",
        max_length=500,
        blank=True,
        help_text="For journalists, on every public page: phone, e-mail, hours.",
    )
    footer = CleanTextField(
        "footer text",
        max_length=1_000,
        blank=True,
        help_text="At the foot of every public page. Empty: a sentence about the archive.",
    )
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    origin = models.CharField(
        "canonical address",
        max_length=MAX_LINE,
        blank=True,
        help_text="Scheme and host of the site, such as https://press.example.gov: the beginning "
        "of links in e-mails, feeds, citations and PDF files. Ids in feeds never change.",
    )
    color = models.CharField(
        max_length=7,
        blank=True,
        help_text="Of the header, links and buttons, such as #173f7a. Lighter and darker ones for "
        "dark screens are made from it.",
    )
    seal_alt = CleanCharField(
        "description of the seal",
        max_length=MAX_LINE,
        blank=True,
        help_text="For people who cannot see it, for example “Seal of the County”.",
    )
    seal_key = models.CharField(max_length=32, blank=True, editable=False)
    seal_files = models.JSONField(default=list, blank=True, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)
    # Read along with the rest at each request, so that every process notices a change at once.
    search_words = models.CharField(
        max_length=32,
        blank=True,
        editable=False,
        help_text="Random, changed with synonyms and pinned results; empty: those shipped.",
    )

    class Meta:
        verbose_name_plural = "office settings"
        # It is there from the start, and stays.
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_office"),
            models.CheckConstraint(
                condition=Q(seal_key="") | ~Q(seal_alt=""),
                name="seal_has_alt_text",
                violation_error_message="Describe the seal for people who cannot see it.",
            ),
            # It becomes part of a stylesheet.
            models.CheckConstraint(
                condition=Q(color="") | Q(color__regex=rf"^{colors.PATTERN}$"),
                name="office_color_is_hex",
                violation_error_message=colors.NOT_HEX,
            ),
        ]

    def __str__(self) -> str:
        return "Office settings"

    @classmethod
    def load(cls) -> Office:
        """Return the row, unsaved if there is none yet."""
        return cls.objects.first() or cls()

    def stored_seal(self) -> list[StoredFile]:
        """Return the files of the seal, the upload included."""
        return [StoredFile(**file) for file in self.seal_files]


def read_text() -> str | None:
    """Return the stored row as JSON, None if there is none."""
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute(f"SELECT {OFFICE_QUERY}")
        row: Any = cursor.fetchone()
    return row[0]
