"""The gate: which releases the public may see, and when. Every public surface starts here."""

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

# What a card in a list prints; the rest (source, snapshots) stays in the database.
LISTED_FIELDS = ("number", "slug", "status", "title", "date", "release_at", "language", "body")
# What an entry of the ledger prints of its release.
_LEDGER_RELEASE_FIELDS = tuple(
    f"release__{name}"
    for name in ("number", "slug", "status", "title", "title_withheld", "language")
)


# A person has to look at these: a partial index holds them.
NEEDS_ATTENTION = models.Q(status="draft") & (
    ~models.Q(import_warnings=[]) | models.Q(date__isnull=True) | models.Q(title="")
)


# The models import this module, so none is named here: the gate is generic over its rows, and
# leads to other rows by the relations of its own model.
Row = TypeVar("Row", bound=models.Model)


def _related(model: type[models.Model], relation: str) -> Any:
    """Return the default manager of the model that the relation leads to."""
    related: Any = model._meta.get_field(relation).related_model
    return related._default_manager


def _topics_data(release: type[models.Model], key: str) -> ArraySubquery:
    """Return slug and name of each topic of the release with that primary key, as JSON."""
    topics = _related(release, "topics").filter(releases=OuterRef(key))
    return ArraySubquery(topics.values(data=JSONObject(slug="slug", name="name")))


class ReleaseQuerySet(models.QuerySet[Row]):
    """Releases, by who may see them and by where they stand in the archive."""

    def published(self, at: datetime.datetime | None = None) -> Self:
        """Those that the public may see at the moment `at` (aware; default: now).

        The one visibility rule. `Release.is_published` is its twin for a row in hand.
        """
        return self.filter(status=ReleaseStatus.APPROVED, release_at__lte=at or timezone.now())

    def retracted(self) -> Self:
        """Those that may have been public and are not: not approved, with a moment of release. Who
        never had one was never public, and one that has come is never lost (`moment_is_kept`)."""
        return self.exclude(status=ReleaseStatus.APPROVED).filter(release_at__isnull=False)

    def embargoed(self, at: datetime.datetime | None = None) -> Self:
        """Those approved for a moment after `at` (aware; default: now)."""
        return self.filter(status=ReleaseStatus.APPROVED, release_at__gt=at or timezone.now())

    def on_record(self, at: datetime.datetime | None = None) -> Self:
        """Those whose permalink answers at `at`: published, or published once and then
        withdrawn (a notice), removed or blocked (a tombstone)."""
        status = ReleaseStatus
        return self.filter(
            status__in=[status.APPROVED, status.WITHDRAWN, status.REMOVED, status.BLOCKED],
            release_at__lte=at or timezone.now(),
        )

    def dated(self, year: int, month: int | None = None, day: int | None = None) -> Self:
        """Those whose printed date lies in the year, month or day; none if there is no such."""
        try:
            first = datetime.date(year, month or 1, day or 1)
            last_month = month or 12
            last = datetime.date(year, last_month, day or monthrange(year, last_month)[1])
        except ValueError:
            return self.none()
        return self.filter(date__range=(first, last))

    def needing_attention(self) -> Self:
        """Drafts with doubts from their import, or without the title or the date that an approval
        asks for."""
        return self.filter(NEEDS_ATTENTION)

    def filtered_by(
        self,
        topic: str | None = None,
        year: int | None = None,
        language: str | None = None,
        since: datetime.date | None = None,
        until: datetime.date | None = None,
    ) -> Self:
        """Those on a topic (its slug), with a printed date in a year and between two days, both
        included, in a language or a kind of it: en-US is English. None does not narrow."""
        found = self.dated(year) if year else self
        found = found.filter(date__gte=since) if since else found
        found = found.filter(date__lte=until) if until else found
        if topic:
            found = found.filter(topics__slug=topic)
        if language:
            kinds = Q(language__iexact=language) | Q(language__istartswith=f"{language}-")
            found = found.filter(kinds)
        return found

    def get_by_natural_key(self, number: str) -> Row:
        """The release of that number: how fixtures name it."""
        return self.get(number=number)

    def extent(self) -> dict[str, Any]:
        """How many they are, and the first and the last printed date (None where there is none):
        `count`, `first`, `last`."""
        dates = {"first": models.Min("date"), "last": models.Max("date")}
        return self.order_by().aggregate(count=models.Count("pk"), **dates)

    def newest_first(self) -> Self:
        """The total order of every list: no two releases ever tie."""
        return self.order_by("-release_at", "-id")

    def following(self, release_at: datetime.datetime, pk: int) -> Self:
        """Those that come after that place in `newest_first`, whatever came before it since."""
        return self.filter(release_at__lte=release_at).exclude(release_at=release_at, pk__gte=pk)

    def preceding(self, release_at: datetime.datetime, pk: int) -> Self:
        """Those that come before that place in `newest_first`."""
        return self.filter(release_at__gte=release_at).exclude(release_at=release_at, pk__lte=pk)

    def attachments(self) -> Prefetch:
        """Prefetch the attachments without the text that only search reads."""
        return Prefetch("attachments", _related(self.model, "attachments").defer("text"))

    def for_listing(self) -> Self:
        """Rows with just what a card prints, `topics_data` among it."""
        return (
            self.newest_first()
            .only(*LISTED_FIELDS)
            .annotate(topics_data=_topics_data(self.model, "pk"))
        )

    def for_page(self) -> Self:
        """Rows with all that a release's own page prints."""
        return self.defer("source_text", "source_bytes").prefetch_related(
            "sections", "topics", "images", self.attachments()
        )

    def for_editions(self) -> Self:
        """Rows with all that downloads, feeds and the API say; `public_versions` holds the versions
        that the public could read, the oldest first, `topics_data` the topics' slugs and names."""
        versions = _related(self.model, "versions").public()
        public = Prefetch("versions", versions, to_attr="public_versions")
        rows = self.defer("source_text", "source_bytes").annotate(
            topics_data=_topics_data(self.model, "pk")
        )
        return rows.prefetch_related("images", self.attachments(), public)

    def for_index(self) -> Self:
        """Rows with all that the search index holds, the attachments' text among it."""
        parts = ("sections", "topics", "images", "attachments")
        return self.defer("source_text", "source_bytes").prefetch_related(*parts)


class TopicQuerySet(models.QuerySet[Row]):
    """Topics, by what is filed under them."""

    def with_releases(self, releases: ReleaseQuerySet[Any]) -> Self:
        """Those that some of the releases are filed under, with their number as `count`."""
        on_topic = releases.order_by().values("pk")
        counted = models.Count("releases", filter=Q(releases__in=on_topic))
        return self.annotate(count=counted).filter(count__gt=0)

    def filed_under(self, releases: ReleaseQuerySet[Any]) -> Self:
        """Those that some of the releases are filed under."""
        return self.filter(Exists(releases.filter(topics=OuterRef("pk"))))

    def frequent_first(self) -> Self:
        """After `with_releases`: those with the most of them first."""
        return self.order_by(models.F("count").desc(), "name")


class SectionQuerySet(models.QuerySet[Row]):
    """Sections; fixtures name one by its release's number and its position."""

    def get_by_natural_key(self, release: str, position: int) -> Row:
        """The section at that place of that release."""
        return self.get(release__number=release, position=position)


class VersionQuerySet(models.QuerySet[Row]):
    """Versions; fixtures name one by its release's number and its own."""

    def public(self) -> Self:
        """Those that the public could read once their release was public: not what another version
        took the place of before that moment."""
        later = self.model._default_manager.filter(
            release=OuterRef("release"), number__gt=OuterRef("number")
        )
        before_release = Q(kind=VersionKind.ISSUED) | Q(at__lte=F("release__release_at"))
        return self.exclude(Exists(later.filter(before_release)))

    def with_release(self, releases: ReleaseQuerySet[Any]) -> Self:
        """The public ones of those releases, the oldest first, each with its release, that one's
        likeness and `topics_data`: what a page prints, in one query."""
        return (
            self.public()
            .filter(release__in=releases)
            .select_related("release__likeness")
            .defer("release__source_text", "release__source_bytes")
            .annotate(topics_data=_topics_data(releases.model, "release"))
            .order_by("number")
        )

    def following(self, at: datetime.datetime, pk: int) -> Self:
        """Those that come after that place in the ledger, whatever came before it since."""
        return self.filter(at__lte=at).exclude(at=at, pk__gte=pk)

    def preceding(self, at: datetime.datetime, pk: int) -> Self:
        """Those that come before it."""
        return self.filter(at__gte=at).exclude(at=at, pk__lte=pk)

    def ledger(self, releases: ReleaseQuerySet[Any]) -> Self:
        """The corrections, withdrawals and reinstatements of those releases, the newest first. Of
        one that was taken down only that stands: notes quote texts."""
        kind, status = VersionKind, ReleaseStatus
        readable = Q(release__status__in=[status.APPROVED, status.WITHDRAWN])
        taken_down = Q(kind=kind.WITHDRAWAL, note=F("release__status_reason"))
        return (
            self.filter(kind__in=[kind.CORRECTION, kind.WITHDRAWAL, kind.REINSTATEMENT])
            .filter(readable | taken_down, release__in=releases)
            .select_related("release")
            .only("number", "kind", "note", "at", "words_changed", *_LEDGER_RELEASE_FIELDS)
            .order_by("-at", "-id")
        )

    def get_by_natural_key(self, release: str, number: int) -> Row:
        """The version of that number of that release."""
        return self.get(release__number=release, number=number)


class PreviewLinkQuerySet(models.QuerySet[Row]):
    """Previews for single recipients, by whether they open."""

    def active(self, at: datetime.datetime) -> Self:
        """Those neither revoked nor expired at `at`. What they show is under embargo: each view
        asks the release itself."""
        return self.filter(revoked_at=None, expires_at__gt=at)
