"""Press releases."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Now
from django.utils import timezone

from releases.content import diffing, paragraph_ids
from releases.content.cursors import Cursor
from releases.content.slugs import PARAGRAPH_PATTERN, RESERVED
from releases.models import addresses, completeness, lengths
from releases.models import clean_fields as fields
from releases.models.choices import ReleaseStatus
from releases.models.clean_fields import CleanCharField, CleanLineField, CleanTextField
from releases.models.querysets import NEEDS_ATTENTION, ReleaseQuerySet
from releases.models.topic import Topic
from releases.models.version import Version
from releases.parsing.warnings import ParseWarning


class Releases(ReleaseQuerySet["Release"]):
    """Release queryset with a concrete row type, from which mypy infers the manager's type."""


class Release(models.Model):
    """A press release."""

    Status = ReleaseStatus

    # Printed fields other than sections, in page order.
    PRINTED_FIELDS = (
        *("title", "subtitle", "date", "dateline", "contact", "body", "end_mark"),
        "language",
    )

    number = models.CharField(
        max_length=16,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="Permanent identifier: year of issue and serial number, for example 2012-0001.",
    )
    title = CleanLineField(blank=True)
    subtitle = CleanTextField(blank=True)
    slug = models.SlugField(
        max_length=200,
        blank=True,
        db_index=False,  # releases are found by their numbers
        help_text="Readable part of the URL. Earlier ones redirect.",
    )
    date = models.DateField(null=True, blank=True, help_text="The date printed on the release.")
    release_at = models.DateTimeField(
        "released at",
        null=True,
        blank=True,
        help_text="Public from this time on.",
    )
    proposed_release_at = models.DateTimeField(null=True, blank=True, editable=False)
    dateline = CleanLineField(blank=True, help_text="Place as printed, for example LOS ANGELES.")
    contact = CleanTextField(blank=True, help_text="Contact block, exactly as printed.")
    body = CleanTextField(
        blank=True,
        is_markdown=True,
        help_text="Restricted Markdown: paragraphs, emphasis, links, lists, quotes, tables.",
    )
    end_mark = CleanCharField(max_length=40, blank=True)
    language = models.CharField(
        max_length=35, default="en", help_text="BCP 47 tag, for example en or es."
    )
    translation_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="translations",
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="releases")

    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    status_reason = CleanTextField(
        blank=True, help_text="Why it was withdrawn, removed or blocked. Public."
    )
    title_withheld = models.BooleanField(
        default=False, help_text="Hide the title on the tombstone page too."
    )
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced",
        help_text="Release that replaces this withdrawn one.",
    )

    source_name = CleanLineField(blank=True, editable=False)
    source_key = models.TextField(
        null=True,
        editable=False,
        help_text="Source name, and the release's identifier there.",
    )
    source_text = models.TextField(blank=True, editable=False)
    source_encoding = models.CharField(max_length=20, blank=True, editable=False)
    source_bytes = models.BinaryField(
        null=True,
        editable=False,
        help_text="Original bytes, if encoding source_text again would not reproduce them.",
    )
    source_sha256 = models.CharField(max_length=64, null=True, editable=False)
    import_warnings = fields.CleanJSONField(default=list, blank=True, editable=False)

    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = Releases.as_manager()
    # On rows that were read for editions: the versions that were public, oldest first.
    public_versions: list[Version]
    topics_data: list[dict[str, str]]  # on these, and on rows from `for_listing()`

    class Meta:
        permissions = [
            ("approve_release", "Can approve release"),
            ("correct_release", "Can change published release"),
            ("withdraw_release", "Can withdraw release"),
            ("remove_release", "Can remove or block release"),
        ]
        # Public lists read approved rows only; the partial indexes stay small.
        indexes = [
            models.Index(
                fields=["-release_at", "-id"],
                name="release_listing",
                condition=Q(status="approved"),
            ),
            models.Index(
                fields=["language", "-release_at", "-id"],
                name="release_by_language",
                condition=Q(status="approved"),
            ),
            models.Index(fields=["date"], name="release_by_date", condition=Q(status="approved")),
            models.Index(
                fields=["id"],
                name="release_retracted",
                condition=~Q(status="approved") & Q(release_at__isnull=False),
            ),
            models.Index(fields=["status", "-updated_at"], name="release_by_status"),
            models.Index(fields=["-updated_at", "-id"], name="release_by_change"),
            models.Index(MD5("body"), name="release_by_body"),
            models.Index(
                fields=["-updated_at", "-id"],
                name="release_needs_attention",
                condition=NEEDS_ATTENTION,
            ),
        ]
        constraints = [
            *lengths.constraints("release", lengths.RELEASE_LIMITS),
            models.CheckConstraint(
                name="public_release_is_complete",
                condition=Q(status__in=["draft", "in_review"])
                | Q(release_at__isnull=False, number__isnull=False, date__isnull=False)
                & ~Q(title="")
                & ~Q(slug=""),
                violation_error_message="An approved release needs a title, a slug, a date, a "
                "number and a release time.",
            ),
            models.CheckConstraint(
                name="withdrawn_release_has_reason",
                condition=~Q(status__in=["withdrawn", "removed", "blocked"]) | ~Q(status_reason=""),
                violation_error_message="A withdrawn release needs a reason.",
            ),
            models.CheckConstraint(
                name="successor_is_of_a_withdrawn_release",
                condition=Q(successor__isnull=True)
                | Q(status__in=["withdrawn", "removed", "blocked"]) & ~Q(successor=F("id")),
                violation_error_message="Only a withdrawn release can have a successor, which "
                "must be another release.",
            ),
            models.CheckConstraint(
                name="slug_is_no_page_of_its_own",
                condition=~Q(slug__in=RESERVED) & ~Q(slug__regex=PARAGRAPH_PATTERN),
                violation_error_message="This slug is reserved for another page.",
            ),
            models.CheckConstraint(
                name="number_is_well_formed",
                condition=Q(number__isnull=True) | Q(number__regex=r"^\d{4}-\d{4,}$"),
            ),
            models.CheckConstraint(
                name="language_is_named",
                condition=Q(language__regex=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
                violation_error_message="The language must be a BCP 47 tag, for example en or es.",
            ),
            models.CheckConstraint(
                name="translation_is_of_another_release",
                condition=~Q(translation_of=F("id")),
                violation_error_message="A release cannot be a translation of itself.",
            ),
            models.UniqueConstraint(fields=["source_sha256"], name="source_is_imported_once"),
            models.UniqueConstraint(fields=["source_key"], name="source_key_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    def get_absolute_url(self) -> str:
        """Return the permalink. Raises NoReverseMatch for a release without a number."""
        return self._address()

    @property
    def permanent_path(self) -> str:
        """Return the permalink without scheme, host or language prefix."""
        return self._address(settings.LANGUAGE_CODE)

    def _address(self, language: str | None = None) -> str:
        if self.is_taken_down:  # the slug would reveal the title
            return addresses.of_release("release-by-number", self.number, language=language)
        return addresses.of_page(self.number, self.slug, language)

    def natural_key(self) -> tuple[str | None]:
        """Return the number, as fixtures name a release."""
        return (self.number,)

    def is_published(self, at: datetime.datetime | None = None) -> bool:
        """Return whether the public may see it at `at` (aware; default: now).

        The same rule as `ReleaseQuerySet.published`.
        """
        return (
            self.status == self.Status.APPROVED
            and self.release_at is not None
            and self.release_at <= (at or timezone.now())
        )

    def is_embargoed(self, at: datetime.datetime | None = None) -> bool:
        """Return whether it is approved for a moment after `at` (aware; default: now)."""
        return self.status == self.Status.APPROVED and not self.is_published(at)

    def replacement(self, at: datetime.datetime | None = None) -> Release | None:
        """Return the first release in its chain of successors that is public at `at`, if any."""
        successor = self.successor  # actions refuse a cycle of successors
        while successor and not successor.is_published(at):
            successor = successor.successor
        return successor

    @property
    def page_cursor(self) -> Cursor:
        """Return its position in lists: release time and primary key."""
        assert self.release_at is not None
        return self.release_at, self.pk

    @property
    def printed_topics(self) -> list[Topic]:
        """Return unsaved topics built from `topics_data`."""
        return [Topic(**data) for data in self.topics_data]

    @cached_property
    def translations_data(self) -> list[Any]:
        """Number, slug and language of its public translations; read for editions."""
        original = self.translation_of_id or self.pk
        public = Release.objects.published().filter(Q(translation_of=original) | Q(pk=original))
        rows = public.exclude(pk=self.pk).order_by("language", "number")
        return list(rows.values("number", "slug", "language"))

    @cached_property
    def image_rows(self) -> list[Any]:
        """Its images; read for editions if a version names any."""
        return list(self.images.all())

    @cached_property
    def attachment_rows(self) -> list[Any]:
        """Its attachments; read for editions if a version names any."""
        return list(self.attachments.all())

    @property
    def is_taken_down(self) -> bool:
        """Return whether only a tombstone is public: no text of any version may be shown."""
        return self.status in (self.Status.REMOVED, self.Status.BLOCKED)

    def missing_fields(self) -> dict[str, str]:
        """Return a sentence for each missing field that approval requires, by field name."""
        return completeness.missing(self.title, self.date, self.body)

    def unresolved_warnings(self) -> list[ParseWarning]:
        """Return the import warnings that nobody has resolved."""
        return [ParseWarning(**warning) for warning in self.import_warnings]

    def resolve_warnings(self, resolved: Collection[ParseWarning]) -> None:
        """Drop the resolved warnings, without saving."""
        remaining = [each for each in self.unresolved_warnings() if each not in resolved]
        self.import_warnings = [vars(warning) for warning in remaining]

    def start_of_day(self) -> datetime.datetime:
        """Return midnight of its printed date in the office's time zone."""
        assert self.date is not None
        return timezone.make_aware(datetime.datetime.combine(self.date, datetime.time.min))

    def numbered_paragraphs(self) -> dict[int, str]:
        """Return the plain text of each paragraph by number: on record, that of its last version;
        in a draft, its place."""
        if self.status not in (self.Status.DRAFT, self.Status.IN_REVIEW):
            latest = self.versions.last()
            return latest.paragraphs if latest else {}
        sections = [section.snapshot() for section in self.sections.all()]
        texts = paragraph_ids.texts({"body": self.body, "sections": sections})
        return dict(enumerate(texts, start=1))

    def next_version(
        self,
        kind: str,
        note: str = "",
        by: User | None = None,
        at: datetime.datetime | None = None,
        latest: Version | None = None,
        snapshot: dict[str, Any] | None = None,
    ) -> Version:
        """Return an unsaved version with the current content, numbered after `latest`."""
        snapshot = snapshot or self.snapshot()
        note = fields.clean_values(Version, {"note": note})["note"]
        version = Version(
            release=self,
            number=latest.number + 1 if latest else 1,
            kind=kind,
            note=note,
            by=by,
            at=at or timezone.now(),
            snapshot=snapshot,
            words_changed=diffing.count_changed_words(latest.snapshot, snapshot) if latest else 0,
        )
        version.sha256 = version.digest(latest.sha256 if latest else "")
        version.number_paragraphs(list(self.versions.all()) if latest else [])
        return version

    def snapshot(self) -> dict[str, Any]:
        """Return the public content as JSON values."""
        files = {
            "images": [image.snapshot() for image in self.images.all()],
            "attachments": [attachment.snapshot() for attachment in self.attachments.all()],
        }
        sections = [section.snapshot() for section in self.sections.all()]
        return {
            **self.compose_snapshot(sections, [topic.slug for topic in self.topics.all()]),
            # Absent, not empty: digests of versions older than the file feature still match.
            **{kind: parts for kind, parts in files.items() if parts},
        }

    def compose_snapshot(self, sections: list[dict[str, Any]], topics: list[str]) -> dict[str, Any]:
        """Return the public content without files, with these sections and slugs of topics."""
        fields = ("number", "slug", *self.PRINTED_FIELDS)
        return {
            **{name: getattr(self, name) for name in fields},
            "date": self.date and self.date.isoformat(),
            "sections": sections,
            "topics": topics,
        }
