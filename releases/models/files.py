"""Images and attachments of releases."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from releases.models.clean_fields import CleanCharField, CleanTextField
from releases.models.release import Release

CENTER = 50  # percent
ORIGINAL = "original"  # name of the file as uploaded, for staff only: it may reveal a location


def new_key() -> str:
    """Return 128 random bits in hexadecimal."""
    # Unguessable: files of releases under embargo are in the same storage.
    return secrets.token_hex(16)


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage: `name` is the last part of its URL, `file` its storage path."""

    name: str
    file: str
    media_type: str
    byte_size: int
    sha256: str
    width: int = 0
    height: int = 0


class ReleaseFile(models.Model):
    """File of a release, replaceable under a permanent URL."""

    # Key and URL stay when the file is replaced; earlier uploads stay in the storage.
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")
    original = models.FileField(max_length=200, editable=False)
    original_name = CleanTextField(
        is_one_line=True, is_markdown=True, editable=False, help_text="File name of the upload."
    )
    media_type = models.CharField(max_length=100, editable=False)
    byte_size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    view_name: str
    # Path prefix of files in a preview; empty for the public path.
    base_path = ""

    class Meta:
        abstract = True

    def stored(self) -> list[StoredFile]:
        """Return the public files."""
        raise NotImplementedError

    def address(self, name: str) -> str:
        """Return the path to the file with that name."""
        if self.base_path:
            return f"{self.base_path}{self.key}/{name}"
        return reverse(self.view_name, args=[self.key, name])

    def file_named(self, name: str) -> StoredFile | None:
        """Return the public file with that name, or the original."""
        if name == ORIGINAL:
            file = self.original.name or ""
            return StoredFile(ORIGINAL, file, self.media_type, self.byte_size, self.sha256)
        return next((stored for stored in self.stored() if stored.name == name), None)

    def closest_file(self, name: str) -> StoredFile | None:
        """Return the file to serve under a file name that existed before a replacement, if any."""
        return None


class Image(ReleaseFile):
    """A picture with alt text, or a decorative one."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="images")
    alt = CleanTextField(
        "alt text",
        blank=True,
        max_length=2000,
        help_text="Describes the picture to people who cannot see it.",
    )
    decorative = models.BooleanField(
        default=False, help_text="Adds nothing to the text, so it needs no alt text."
    )
    caption = CleanTextField(blank=True, max_length=2000)
    credit = CleanTextField(blank=True, max_length=2000, help_text="For example “Photo: Jane Roe”.")
    rights = CleanTextField(
        blank=True, max_length=2000, help_text="Terms of use, for example “Public domain”."
    )
    is_lead = models.BooleanField(
        "lead image",
        default=False,
        help_text="Shown at the top of the page and in link previews. One for each release.",
    )
    focus_x = models.PositiveSmallIntegerField(
        "focal point, % from the left",
        default=CENTER,
        validators=[MaxValueValidator(100)],
        help_text="Stays in sight where the picture is cropped.",
    )
    focus_y = models.PositiveSmallIntegerField(
        "focal point, % from the top", default=CENTER, validators=[MaxValueValidator(100)]
    )
    after_paragraph = models.PositiveIntegerField(
        "place in the text",
        null=True,
        blank=True,
        help_text="Number of the paragraph that it follows.",
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    renditions = models.JSONField(
        editable=False, help_text="The full-size copy without metadata first, then smaller ones."
    )

    view_name = "image"

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="image_has_alt_text_or_is_decorative",
                condition=Q(decorative=True, alt="") | Q(decorative=False) & ~Q(alt=""),
                violation_error_message="An image needs an alt text unless it is decorative.",
            ),
            models.CheckConstraint(
                name="focal_point_is_in_the_image",
                condition=Q(focus_x__lte=100, focus_y__lte=100),
                violation_error_message="A focal point is given in percent, from 0 to 100.",
            ),
            models.UniqueConstraint(
                fields=["release"],
                condition=Q(is_lead=True),
                name="one_lead_image_a_release",
                violation_error_message="A release can have only one lead image.",
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.caption or "decorative image"

    def stored(self) -> list[StoredFile]:
        """Return the renditions: the full-size copy without metadata first, then smaller ones."""
        return [StoredFile(**rendition) for rendition in self.renditions]

    @property
    def focus(self) -> tuple[int, int]:
        """Return the focal point: percent from the left and from the top."""
        return self.focus_x, self.focus_y

    def closest_file(self, name: str) -> StoredFile | None:
        """Return the largest rendition in the same format, or the full-size copy."""
        stem, _, suffix = name.partition(".")
        full, *smaller = self.stored()
        if stem == "full":
            return full
        same_format = [one for one in smaller if one.name.endswith(f".{suffix}")]
        return same_format[-1] if same_format and stem.isdecimal() else None

    def snapshot(self) -> dict[str, Any]:
        """Return the image's part of the release's snapshot."""
        fields = ("key", "sha256", "alt", "decorative", "caption", "credit", "rights")
        layout = {
            "is_lead": self.is_lead or None,
            "focus": None if self.focus == (CENTER, CENTER) else list(self.focus),
            "after_paragraph": self.after_paragraph,
        }
        return {
            **{name: getattr(self, name) for name in fields},
            # Absent, not empty: digests of versions older than these fields still match.
            **{name: value for name, value in layout.items() if value is not None},
        }


class Attachment(ReleaseFile):
    """A PDF that belongs to a release."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="attachments")
    title = CleanCharField(max_length=500, help_text="Public title, for example “Complaint”.")
    name = models.CharField(
        max_length=100, editable=False, help_text="File name in the URL. Never changes."
    )
    pages = models.PositiveIntegerField(editable=False)
    text = CleanTextField(
        is_markdown=True, blank=True, editable=False, help_text="Extracted text, for search."
    )

    view_name = "attachment"

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(name="attachment_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.address(self.name)

    def stored(self) -> list[StoredFile]:
        file = self.original.name or ""
        return [StoredFile(self.name, file, self.media_type, self.byte_size, self.sha256)]

    def snapshot(self) -> dict[str, Any]:
        """Return the attachment's part of the release's snapshot."""
        return {name: getattr(self, name) for name in ("key", "sha256", "title", "name")}
