"""Numbers of public releases by year, topic and language, counted again only where they changed.

Each change falls into the quarter of a year in which its release became public, which stays the
same for good: the other quarters keep their numbers.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import TruncQuarter
from django.http import HttpRequest
from django.utils import timezone

from pressroom.infra.db import replicas
from releases.models import Release
from releases.search import facets
from releases.web.response_cache import Changes, cached_per_state, state_of

MAX_CHANGED = 200  # releases looked up; after changes of more, all are counted

Rows = list[list[Any]]  # of years, topics and languages, as `facets.count_rows` returns them
Quarters = dict[datetime.datetime, Rows]


class _Counted(NamedTuple):
    """Numbers in each quarter as of a state of the log of changes, and of a moment."""

    site: object
    changes: frozenset[str]
    at: datetime.datetime
    quarters: Quarters


_last: _Counted | None = None


def count(request: HttpRequest) -> Rows:
    """Return the rows of `facets.count_rows` for all public releases."""
    state, at = state_of(request), timezone.now()
    changes = state.changes if state else None
    if not changes:
        return facets.count_rows(Release.objects.published(at))
    return cached_per_state(request, "public releases", lambda: _sum(_count(changes, at).values()))


def total(rows: Rows) -> int:
    """Return the number of all releases."""
    return sum(number for _, number in rows[0])


def _count(changes: Changes, at: datetime.datetime) -> Quarters:
    """Return the numbers in each quarter, of which only those are counted that may have changed."""
    global _last
    site = (replicas.current_alias(), changes.site)
    last = _last if _last and _follows(changes, site, _last) else None
    changed = _changed_quarters(changes, last) if last else None
    public = Release.objects.published(at)
    if last is None or changed is None:
        quarters = _count_quarters(public)
    else:
        # An embargo may have lifted since, or the clock may have been set back.
        since = _quarter(min(last.at, at))
        kept = {each: rows for each, rows in last.quarters.items() if each < since}
        again = Q(release_at__gte=since)
        for each in changed:
            kept.pop(each, None)
            again |= Q(release_at__gte=each, release_at__lt=_next(each))
        quarters = kept | _count_quarters(public.filter(again))
    _last = _Counted(site, frozenset(changes.rows), at, quarters)
    return quarters


def _follows(changes: Changes, site: object, last: _Counted) -> bool:
    """Return whether the log has all changes since then."""
    # An empty one may have been emptied, or have missed what was loaded without triggers.
    return bool(last.changes) and last.site == site and last.changes <= changes.rows.keys()


def _changed_quarters(changes: Changes, last: _Counted) -> set[datetime.datetime] | None:
    """Return the quarters of what changed since; None if that may be any."""
    moments: set[datetime.datetime] = set()
    releases: set[int] = set()
    for row in changes.rows.keys() - last.changes:
        named, appeared = changes.rows[row]
        if named is None or len(releases) > MAX_CHANGED:
            return None
        releases.update(named)
        moments.update(appeared or ())
    rows = Release.objects.filter(pk__in=releases, release_at__isnull=False)
    moments.update(rows.values_list("release_at", flat=True) if releases else ())  # type: ignore[arg-type]
    return set(map(_quarter, moments))


def _count_quarters(releases: Any) -> Quarters:
    quarters: defaultdict[datetime.datetime, Rows] = defaultdict(lambda: [[], [], []])
    by_quarter = releases.annotate(quarter=TruncQuarter("release_at", tzinfo=datetime.UTC))
    for place, rows in enumerate(facets.count_rows(by_quarter, "quarter")):
        for quarter, *row in rows:
            quarters[quarter][place].append(row)
    return dict(quarters)


def _sum(counted: Iterable[Rows]) -> Rows:
    """Return the sums of the numbers at the end of rows that begin alike."""
    sums: list[dict[tuple[Any, ...], int]] = [{}, {}, {}]
    for parts in counted:
        for found, rows in zip(sums, parts, strict=True):
            for *values, number in rows:
                key = tuple(values)
                found[key] = found.get(key, 0) + number
    return [[[*values, number] for values, number in found.items()] for found in sums]


def _quarter(moment: datetime.datetime) -> datetime.datetime:
    """Return the first moment of its quarter."""
    utc = moment.astimezone(datetime.UTC)
    return datetime.datetime(utc.year, utc.month - (utc.month - 1) % 3, 1, tzinfo=datetime.UTC)


def _next(quarter: datetime.datetime) -> datetime.datetime:
    return _quarter(quarter + datetime.timedelta(days=93))
