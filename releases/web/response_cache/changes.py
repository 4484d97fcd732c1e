"""Log of public changes, read to find those that the page of one release may show."""

from __future__ import annotations

import datetime
import hashlib
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

# A row that committed with the deletion of old ones is of every page: without it, a page could have
# the same changes again as before one that was deleted since.
DELETED_EVERY = 512  # rows, by the trigger
CHANGES_QUERY = f"""
    SELECT id || ' ' || xid, CASE WHEN id % {DELETED_EVERY} = 0 THEN NULL ELSE releases END, moments
    FROM releases_publicchange
"""  # nosec B608  # noqa: S608  # the inserted part is a constant
MAX_DIGESTS = 1000  # kept
EARLIEST = datetime.datetime.min.replace(tzinfo=datetime.UTC)
LATEST = datetime.datetime.max.replace(tzinfo=datetime.UTC)

Row = tuple[str, list[int] | None, list[datetime.datetime] | None]


class Shown(NamedTuple):
    """Releases on which a page depends: those that it shows, or would show if they were public, and
    any that appears, disappears or changes its language from the release time `first` to `last`.

    These are the times of its neighbors in its language, or the ends of time; None if it has none.
    """

    releases: tuple[int, ...]
    first: datetime.datetime | None = None
    last: datetime.datetime | None = None

    def may_show(self, releases: Iterable[int], moment: datetime.datetime) -> bool:
        """Return whether it depends on one of the releases, or on one that appears then."""
        if not set(self.releases).isdisjoint(releases):
            return True
        return bool(self.first and self.last and self.first <= moment <= self.last)

    def as_json(self) -> list[Any]:
        """Return plain JSON values."""
        return [self.releases, *(moment and moment.isoformat() for moment in self[1:])]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Shown:
        """Return what `as_json` returned."""
        releases, first, last = stored
        read = datetime.datetime.fromisoformat
        return cls(tuple(releases), first and read(first), last and read(last))


def is_of_all_pages(change: int, releases: list[int] | None) -> bool:
    """Return whether a row of the log, by its id and releases, is of every page."""
    return releases is None or change % DELETED_EVERY == 0


class Changes:
    """The log as of one moment."""

    def __init__(self, rows: Iterable[Row], site: object) -> None:
        """`site` is what all pages show besides."""
        self.site = site
        self.rows: dict[str, tuple[list[int] | None, list[datetime.datetime] | None]] = {}
        self._digests: dict[frozenset[str], str] = {}
        self._everywhere: list[str] = []
        self._by_release: defaultdict[int, list[str]] = defaultdict(list)
        moments: list[tuple[datetime.datetime, str]] = []
        for row, releases, appeared in rows:
            self.rows[row] = releases, appeared
            if releases is None:
                self._everywhere.append(row)
            for release in releases or ():
                self._by_release[release].append(row)
            moments += ((moment, row) for moment in appeared or ())
        moments.sort()
        self._moments, self._rows_of_moments = [m for m, _ in moments], [row for _, row in moments]

    def digest(self, shown: Shown) -> str:
        """Return a digest that differs after each change of what is shown."""
        rows = self._rows_of(shown)
        # Few pages have a row of their own.
        if not (found := self._digests.get(rows)):
            if len(self._digests) >= MAX_DIGESTS:
                self._digests.clear()
            found = self._digests[rows] = self._digest(rows)
        return found

    def _rows_of(self, shown: Shown) -> frozenset[str]:
        """Return the rows of what is shown, besides those of all pages."""
        named = self._by_release.keys() & shown.releases
        found = {row for release in named for row in self._by_release[release]}
        if shown.first and shown.last:
            start = bisect_left(self._moments, shown.first)
            found.update(self._rows_of_moments[start : bisect_right(self._moments, shown.last)])
        return frozenset(found)

    def _digest(self, rows: frozenset[str]) -> str:
        found = sorted(rows.union(self._everywhere))
        return hashlib.sha256(json.dumps([self.site, *found]).encode()).hexdigest()
