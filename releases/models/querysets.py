"""Visibility rule: which releases the public may see, and when.

Every public query starts from `ReleaseQuerySet.published`.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from typing import Any, Self, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from releases.models.choices import ReleaseStatus, VersionKind

# Fields that a card in a list prints.
LISTED_FIELDS = (
    *("number", "slug", "status", "title", "date", "release_at", "language", "dateline", "body"),
    "translation_of",
)
# Release fields that an entry in the corrections log prints.
_LOGGED_RELEASE_FIELDS = tuple(
    f"release__{name}"
    for name in ("number", "slug", "status", "title", "title_withheld", "language")
)


# Drafts that need review; also the condition of a partial index.
NEEDS_ATTENTION = models.Q(status="draft") & (
    ~models.Q(import_warnings=[]) | models.Q(date__isnull=True) | models.Q(title="")
)


# This module cannot import the models, which import it: the querysets are generic, and reach other
# models through the relations of `self.model`.
Row = TypeVar("Row", bound=models.Model)


def _related(model: type[models.Model], relation: str) -> Any:
    """Return the default manager of the model that the relation leads to."""
    related: Any = model._meta.get_field(relation).related_model
    return related._default_manager


def _topics_data(release: type[models.Model], key: str) -> ArraySubquery:
    """Return slug and name of each topic of the release with that primary key, as JSON."""
    topics = _related(release, "topics").filter(releases=OuterRef(key))
    return ArraySubquery(topics.values(data=JSONObject(slug="slug", name="name")))


def _translations_data(public: models.QuerySet[Any], release: str = "") -> ArraySubquery:
    """Return number, slug and language of each public translation, or original, as JSON.

    `release` is the path to the release: "", or "release__" from a version.
    """
    key, original = OuterRef(f"{release}pk"), OuterRef(f"{release}translation_of")
    siblings = Q(translation_of=key) | Q(pk=original) | Q(translation_of=original)
    others = public.filter(siblings).exclude(pk=key).order_by("language", "number")
    return ArraySubquery(
        others.values(data=JSONObject(number="number", slug="slug", language="language"))
    )


class ReleaseQuerySet(models.QuerySet[Row]):
    """Queryset of releases, with filters by visibility and position."""

    def published(self, at: datetime.datetime | None = None) -> Self:
        """Return the releases the public may see at `at` (aware; default: now).

        The only visibility rule; `Release.is_published` is the same for one row: keep both in sync.
        """
        return self.filter(status=ReleaseStatus.APPROVED, release_at__lte=at or timezone.now())

    def no_longer_approved(self) -> Self:
        """Return the releases that were public once and are no longer approved."""
        # Recalling clears the release time; once passed, it cannot be cleared (trigger
        # moment_is_kept).
        return self.exclude(status=ReleaseStatus.APPROVED).filter(release_at__isnull=False)

    def embargoed(self, at: datetime.datetime | None = None) -> Self:
        """Return the releases approved for a time after `at` (aware; default: now)."""
        return self.filter(status=ReleaseStatus.APPROVED, release_at__gt=at or timezone.now())

    def on_record(self, at: datetime.datetime | None = None) -> Self:
        """Return the releases that have a page at `at`: published ones, withdrawn ones (with a
        notice), and removed or blocked ones (a tombstone)."""
        status = ReleaseStatus
        return self.filter(
            status__in=[status.APPROVED, status.WITHDRAWN, status.REMOVED, status.BLOCKED],
            release_at__lte=at or timezone.now(),
        )

    def dated(self, year: int, month: int | None = None, day: int | None = None) -> Self:
        """Return the releases whose printed date is in the year, month or day; none for an invalid
        one."""
        try:
            first = datetime.date(year, month or 1, day or 1)
            last_month = month or 12
            last = datetime.date(year, last_month, day or monthrange(year, last_month)[1])
        except ValueError:
            return self.none()
        return self.filter(date__range=(first, last))

    def needing_attention(self) -> Self:
        """Return drafts that have import warnings or lack the title or date approval requires."""
        return self.filter(NEEDS_ATTENTION)

    def filtered_by(
        self,
        topic: str | None = None,
        year: int | None = None,
        language: str | None = None,
        since: datetime.date | None = None,
        until: datetime.date | None = None,
    ) -> Self:
        """Return the releases that match every filter given.

        `topic` is a slug, `year` of the printed date, `language` matches its regional variants
        too (en matches en-US), `since` and `until` are inclusive.
        """
        found = self.dated(year) if year else self
        found = found.filter(date__gte=since) if since else found
        found = found.filter(date__lte=until) if until else found
        if topic:
            found = found.filter(topics__slug=topic)
        if language:
            variants = Q(language__iexact=language) | Q(language__istartswith=f"{language}-")
            found = found.filter(variants)
        return found

    def get_by_natural_key(self, number: str) -> Row:
        return self.get(number=number)

    def count_and_dates(self) -> dict[str, Any]:
        """Return `count` and the `first` and `last` printed date (None if there is none)."""
        dates = {"first": models.Min("date"), "last": models.Max("date")}
        return self.order_by().aggregate(count=models.Count("pk"), **dates)

    def newest_first(self) -> Self:
        """Order newest first by (release_at, id), a total order."""
        return self.order_by("-release_at", "-id")

    def updated_since(self, moment: datetime.datetime) -> Self:
        """Return the releases published, or with a version made, at `moment` or later."""
        later = _related(self.model, "versions").filter(release=OuterRef("pk"), at__gte=moment)
        return self.filter(Q(release_at__gte=moment) | Exists(later))

    def following(self, release_at: datetime.datetime, pk: int) -> Self:
        """Return the releases that come after (release_at, pk) in `newest_first` order."""
        return self.filter(release_at__lte=release_at).exclude(release_at=release_at, pk__gte=pk)

    def preceding(self, release_at: datetime.datetime, pk: int) -> Self:
        """Return the releases that come before (release_at, pk) in `newest_first` order."""
        return self.filter(release_at__gte=release_at).exclude(release_at=release_at, pk__lte=pk)

    def attachments(self) -> Prefetch:
        """Return a prefetch of the attachments without their text, which only search reads."""
        return Prefetch("attachments", _related(self.model, "attachments").defer("text"))

    def for_listing(self) -> Self:
        """Load only what a card prints, `topics_data` included."""
        return (
            self.newest_first()
            .only(*LISTED_FIELDS)
            .annotate(topics_data=_topics_data(self.model, "pk"))
        )

    def for_page(self) -> Self:
        """Load everything that a release's page prints."""
        return self.defer("source_text", "source_bytes").prefetch_related(
            "sections", "topics", "images", self.attachments()
        )

    def for_texts(self) -> Self:
        """Load what editions need of a release, except versions and files.

        `topics_data` are the slugs and names of the topics; `translations_data` those of public
        translations.
        """
        manager: Any = self.model._default_manager
        return self.annotate(
            topics_data=_topics_data(self.model, "pk"),
            translations_data=_translations_data(manager.published()),
        )

    def for_index(self) -> Self:
        """Load everything that the search index needs, text of attachments included."""
        parts = ("sections", "topics", "images", "attachments")
        return self.defer("source_text", "source_bytes").prefetch_related(*parts)


class TopicQuerySet(models.QuerySet[Row]):
    """Queryset of topics, with filters by release."""

    def with_releases(self, releases: ReleaseQuerySet[Any]) -> Self:
        """Return the topics of the releases, annotated with the number of releases as `count`."""
        on_topic = releases.order_by().values("pk")
        counted = models.Count("releases", filter=Q(releases__in=on_topic))
        return self.annotate(count=counted).filter(count__gt=0)

    def of_releases(self, releases: ReleaseQuerySet[Any]) -> Self:
        """Return the topics of the releases."""
        return self.filter(Exists(releases.filter(topics=OuterRef("pk"))))

    def frequent_first(self) -> Self:
        """Order by `count` from `with_releases`, the largest first."""
        return self.order_by(models.F("count").desc(), "name")


class SectionQuerySet(models.QuerySet[Row]):
    """Queryset of sections, with their natural key."""

    def get_by_natural_key(self, release: str, position: int) -> Row:
        return self.get(release__number=release, position=position)


class VersionQuerySet(models.QuerySet[Row]):
    """Queryset of versions, with filters by visibility and position in the corrections log."""

    def public(self) -> Self:
        """Exclude versions that were replaced before their release became public."""
        later = self.model._default_manager.filter(
            release=OuterRef("release"), number__gt=OuterRef("number")
        )
        before_release = Q(kind=VersionKind.ISSUED) | Q(at__lte=F("release__release_at"))
        return self.exclude(Exists(later.filter(before_release)))

    def with_release(self, releases: ReleaseQuerySet[Any], at: datetime.datetime) -> Self:
        """Return the public versions of the releases, oldest first, with everything that a page
        prints at `at`: release, `similar_releases`, `topics_data` and `translations_data`."""
        manager: Any = releases.model._default_manager
        return (
            self.public()
            .filter(release__in=releases)
            .select_related("release__similar_releases")
            .defer("release__source_text", "release__source_bytes")
            .annotate(
                topics_data=_topics_data(releases.model, "release"),
                translations_data=_translations_data(manager.published(at), "release__"),
            )
            .order_by("number")
        )

    def following(self, at: datetime.datetime, pk: int) -> Self:
        """Return the versions that come after (at, pk) in the corrections log."""
        return self.filter(at__lte=at).exclude(at=at, pk__gte=pk)

    def preceding(self, at: datetime.datetime, pk: int) -> Self:
        """Return the versions that come before (at, pk) in the corrections log."""
        return self.filter(at__gte=at).exclude(at=at, pk__lte=pk)

    def corrections_log(self, releases: ReleaseQuerySet[Any]) -> Self:
        """Return the corrections, withdrawals and reinstatements of the releases, newest first."""
        # For a removed or blocked release, show only the latest withdrawal: earlier notes quote its
        # text.
        kind, status = VersionKind, ReleaseStatus
        readable = Q(release__status__in=[status.APPROVED, status.WITHDRAWN])
        taken_down = Q(kind=kind.WITHDRAWAL, note=F("release__status_reason"))
        return (
            self.filter(kind__in=[kind.CORRECTION, kind.WITHDRAWAL, kind.REINSTATEMENT])
            .filter(readable | taken_down, release__in=releases)
            .select_related("release")
            .only("number", "kind", "note", "at", "words_changed", *_LOGGED_RELEASE_FIELDS)
            .order_by("-at", "-id")
        )

    def narrowed(self, kind: str | None = None, year: int | None = None) -> Self:
        """Return the versions of a kind, made in a year of the office's time zone."""
        wanted = {"kind": kind, "at__year": year}
        return self.filter(**{name: value for name, value in wanted.items() if value})

    def get_by_natural_key(self, release: str, number: int) -> Row:
        return self.get(release__number=release, number=number)


class PreviewLinkQuerySet(models.QuerySet[Row]):
    """Queryset of preview links, with a filter by validity."""

    def active(self, at: datetime.datetime) -> Self:
        """Return the links neither revoked nor expired at `at`."""
        return self.filter(revoked_at=None, expires_at__gt=at)
