"""Number of public releases per year and month, for bar charts and their tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from releases.models import Release
from releases.models.querysets import ReleaseQuerySet


@dataclass(frozen=True)
class Bar:
    """Number of releases in the year or month that begins on `start`; `percent` of the longest."""

    start: datetime.date
    count: int
    percent: int


@dataclass(frozen=True)
class Year:
    """A year's bar and the numbers of its twelve months, 0 where there are none."""

    bar: Bar
    months: tuple[Bar, ...]


def count_rows(releases: ReleaseQuerySet[Release]) -> list[Any]:
    """Count releases by printed month in one query, as rows of year, month and count."""
    by_month = releases.order_by().values_list("date__year", "date__month")
    return sorted(by_month.annotate(Count("pk")))


def months_of(year: int, rows: Iterable[Any]) -> tuple[Bar, ...]:
    """Return the months of the year that have releases, the first first."""
    return tuple(bar for bar in _months(year, rows) if bar.count)


def years(rows: Iterable[Any]) -> list[Year]:
    """Return the years that have releases, the last first."""
    rows = list(rows)
    counts: dict[int, int] = {}
    for year, _, count in rows:
        counts[year] = counts.get(year, 0) + count
    if not counts:
        return []
    bars = _bars({datetime.date(year, 1, 1): n for year, n in counts.items()})
    return [Year(bar, _months(bar.start.year, rows)) for bar in reversed(bars)]


def _months(year: int, rows: Iterable[Any]) -> tuple[Bar, ...]:
    counts = {datetime.date(year, month, 1): 0 for month in range(1, 13)}
    counts |= {datetime.date(year, month, 1): n for y, month, n in rows if y == year}
    return _bars(counts)


def _bars(counts: dict[datetime.date, int]) -> tuple[Bar, ...]:
    longest = max(counts.values()) or 1
    return tuple(Bar(day, n, round(100 * n / longest)) for day, n in sorted(counts.items()))
