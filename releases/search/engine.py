"""Protocol of the search engines, with its inputs and results."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from django.contrib.postgres.expressions import ArraySubquery
from django.utils import timezone
from haystack.exceptions import SearchBackendError

from releases.content.cursors import Cursor
from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.search.explanation import Explanation
from releases.search.query.tree import DateRange, Equals, Node

Order = Literal["relevance", "newest"]


class IndexUnusableError(SearchBackendError):
    """No readable index exists; it must be rebuilt."""


class IndexLockedError(SearchBackendError):
    """Another process holds the write lock."""


class IndexRebuildingError(IndexLockedError):
    """Another process is rebuilding the index."""


@dataclass(frozen=True)
class Filters:
    """Filters of a search or list; None matches everything. `topic` is a slug; `since` and
    `until` are printed dates, both inclusive."""

    topic: str | None = None
    year: int | None = None
    language: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None

    def nodes(self) -> tuple[Node, ...]:
        """Return the filters as query nodes. They never contribute to a score."""
        conditions: list[Node] = []
        if self.topic:
            conditions.append(Equals("topic", self.topic))
        if self.language:
            conditions.append(Equals("language", self.language))
        if self.year:
            conditions.append(DateRange.in_years(self.year, self.year))
        if self.since or self.until:
            conditions.append(DateRange(self.since, self.until and _day_after(self.until)))
        return tuple(conditions)


def _day_after(date: datetime.date) -> datetime.date | None:
    return None if date == datetime.date.max else date + datetime.timedelta(days=1)


@dataclass(frozen=True)
class Visibility:
    """Visibility at `at` (aware; default: now) as release ids. Each set is queried on first use,
    once. Two with the same `state` have the same sets, unless it is None."""

    at: datetime.datetime = field(default_factory=timezone.now)
    state: Hashable = None

    @cached_property
    def public(self) -> set[int]:
        """Ids of all public releases."""
        return public_ids(self.at)

    @cached_property
    def hidden(self) -> set[int]:
        """Ids of the indexed releases that are not public: under embargo, or no longer approved."""
        # Drafts are never indexed, so this set stays small in an archive of millions.
        return ids_of(Release.objects.no_longer_approved(), Release.objects.embargoed(self.at))


@dataclass(frozen=True)
class Facets:
    """Number of matches by value; topics are keyed by (slug, name)."""

    years: dict[int, int] = field(default_factory=dict)
    topics: dict[tuple[str, str], int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Matches:
    """Release ids of one slice, in order, with total and facets of all matches."""

    ids: tuple[int, ...]
    total: int
    facets: Facets


class Engine(Protocol):
    """Search engine: queries, indexing and maintenance."""

    def find(
        self,
        tree: Node | None,
        visibility: Visibility,
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
        after: Cursor | None = None,
    ) -> Matches:
        """Return public matches: the slice of `size` from index `first`, their exact total, and
        facets over all of them. `after` limits them to releases past that cursor in newest-first
        order."""

    def counts(self, trees: Sequence[Node], visibility: Visibility) -> list[int]:
        """Return the number of public matches of each tree."""

    def explain(
        self, tree: Node | None, visibility: Visibility, ids: Collection[int]
    ) -> dict[int, Explanation]:
        """Return why each public match among these ids has its rank by relevance; nothing if no
        word in the tree adds to a score."""

    def check(self) -> None:
        """Raise IndexUnusableError or another search error if the index cannot be read."""

    def indexed(self) -> set[int]:
        """Return the ids of all indexed releases, public or not. Raises IndexUnusableError."""

    def refresh(
        self, ids: Iterable[int], at: datetime.datetime | None, in_request: bool
    ) -> dict[int, str]:
        """Reindex these releases from the database in one write: index those public at `at`,
        delete the others.

        `in_request` shortens the timeouts, for use within a web request.
        Returns the error by id of each release that could not be prepared; its old entry stays.
        Raises IndexUnusableError, or IndexLockedError while another process writes.
        """

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        """Build a new index of all public releases while the current one stays in use, then swap
        it in. Deletes the outbox rows that were due at the start.

        Returns the error by id of each release missing from the new index. Raises
        IndexRebuildingError if a rebuild is already running.
        """

    def maintain(self) -> dict[int, str]:
        """Check and optimize the index; rebuild it if it is missing, damaged or slow. May take
        minutes, so never call it within a request. Returns as `rebuild` does."""


def public_ids(at: datetime.datetime | None = None) -> set[int]:
    """Return the ids of the releases the public may see at `at` (aware; default: now)."""
    return ids_of(Release.objects.published(at))


def ids_of(*parts: ReleaseQuerySet[Release]) -> set[int]:
    """Return the ids of the releases in any of the querysets, from one snapshot."""
    # One array per queryset in a single row: a row per id takes many times as long.
    arrays = [ArraySubquery(part.order_by().values("pk")) for part in parts]
    row = Release.objects.order_by().values_list(*arrays).first()  # any row, to select from
    return set().union(*row or ())
