"""What a search engine is asked by the site, and what it answers. Each engine does the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from django.contrib.postgres.expressions import ArraySubquery
from django.utils import timezone
from haystack.exceptions import SearchBackendError

from releases.content.cursors import Cursor
from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.search.query.tree import DateRange, Equals, Node

Order = Literal["relevance", "newest"]


class IndexUnusableError(SearchBackendError):
    """There is no index that can be read: one must be made anew."""


class IndexLockedError(SearchBackendError):
    """Another process keeps the lock."""


class IndexRebuildingError(IndexLockedError):
    """Another process makes the index anew."""


@dataclass(frozen=True)
class Filters:
    """What the reader narrowed the search to; None does not narrow. `topic` is a slug; `since`
    and `until` are printed dates, both included."""

    topic: str | None = None
    year: int | None = None
    language: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None

    def nodes(self) -> tuple[Node, ...]:
        """The same as conditions of the query language; they never add to a score."""
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
    """None after the last day that there is."""
    return None if date == datetime.date.max else date + datetime.timedelta(days=1)


@dataclass(frozen=True)
class Gate:
    """What the public may see at `at` (aware; default: the moment it is made). An engine asks for
    whichever of the two sets it needs; each is read from the database once."""

    at: datetime.datetime = field(default_factory=timezone.now)

    @cached_property
    def public(self) -> set[int]:
        """The ids of the releases that pass."""
        return public_ids(self.at)

    @cached_property
    def hidden(self) -> set[int]:
        """The ids of those that do not, of all that an index may hold: what was public once, or
        will be. Far fewer, in an archive of millions, however many drafts it has."""
        return ids_of(Release.objects.retracted(), Release.objects.embargoed(self.at))


@dataclass(frozen=True)
class Facets:
    """How many of the matches there are by value; topics by (slug, name)."""

    years: dict[int, int] = field(default_factory=dict)
    topics: dict[tuple[str, str], int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Matches:
    """Release ids of one slice, in order, and what is said of all matches."""

    ids: tuple[int, ...]
    total: int
    facets: Facets


class Engine(Protocol):
    """A search engine behind Haystack that also does what the site needs besides."""

    def find(
        self,
        tree: Node | None,
        gate: Gate,
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
        after: Cursor | None = None,
    ) -> Matches:
        """The matches that pass the gate: `size` of them from number `first` (0 is the best),
        their exact number, and facets over all of them. With `after`, a place in the order of the
        newest, those alone that come after it."""

    def counts(self, trees: Sequence[Node], gate: Gate) -> list[int]:
        """How many matches each tree has that pass the gate."""

    def check(self) -> None:
        """Raises an error, Unusable perhaps, where the index can not be read."""

    def indexed(self) -> set[int]:
        """The ids of the releases in the index, public or not. Raises Unusable without one."""

    def refresh(
        self, ids: Iterable[int], at: datetime.datetime | None, hurry: bool
    ) -> dict[int, str]:
        """Make the entries of these releases anew as the database now has them, in one write:
        those public at `at` are written, all others removed.

        Returns the releases whose text could not be prepared, with the error; their old entry
        stays. Raises Unusable where there is no index, Busy while another process writes; with
        `hurry`, for use within a request, at once, and nothing is rewritten that is there already.
        """

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        """Make a new index of all that is public beside the one in use, which answers and takes
        changes meanwhile; then put it in its place. `progress` is called as it advances. The rows
        that were due when it began are done with it.

        Returns as `refresh` does; these releases are not in the new index. Raises Busy where it is
        being made already.
        """

    def maintain(self) -> dict[int, str]:
        """See to it that the index can be read, is whole, and quick to read; rebuild it where it
        is not. For a process of its own: it may take minutes. Returns as `rebuild` does."""


def public_ids(at: datetime.datetime | None = None) -> set[int]:
    """The gate as ids: the releases that the public may see at `at` (aware; default: now)."""
    return ids_of(Release.objects.published(at))


def ids_of(*parts: ReleaseQuerySet[Release]) -> set[int]:
    """The ids of the releases in all parts, as they are at one moment. They come as an array a
    part, in one row: a row for each would take many times as long."""
    arrays = [ArraySubquery(part.order_by().values("pk")) for part in parts]
    row = Release.objects.order_by().values_list(*arrays).first()  # any: it is there to select from
    return set().union(*row or ())
