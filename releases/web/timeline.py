"""Number of public releases per year and month, for bar charts and their tables."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear

from releases.models import Release
from releases.models.querysets import ReleaseQuerySet

MAX_YEARS = 100  # beyond, a date is wrong, and gaps are left out


@dataclass(frozen=True)
class Bar:
    """Number of releases in the year or month that begins on `start`; `percent` of the longest."""

    start: datetime.date
    count: int
    percent: int


@dataclass(frozen=True)
class Year:
    """A year's bar and those of its twelve months, in percent of the archive's longest month."""

    bar: Bar
    months: tuple[Bar, ...]


def count_rows(releases: ReleaseQuerySet[Release]) -> list[Any]:
    """Count releases by printed month in one query, as rows of year, month and count."""
    by_month = releases.order_by().values_list(ExtractYear("date"), ExtractMonth("date"))
    return sorted(by_month.annotate(Count("pk")))


def years(rows: Iterable[Any]) -> list[Year]:
    """Return the years, the last first; also those between without releases, up to MAX_YEARS."""
    rows = list(rows)
    counts: dict[int, int] = {}
    for year, _, count in rows:
        counts[year] = counts.get(year, 0) + count
    if counts and max(counts) - min(counts) < MAX_YEARS:
        counts = dict.fromkeys(range(min(counts), max(counts) + 1), 0) | counts
    bars = _bars({datetime.date(year, 1, 1): n for year, n in counts.items()})
    busiest = max((count for _, _, count in rows), default=0)
    return [Year(bar, months_of(bar.start.year, rows, busiest)) for bar in reversed(bars)]


def months_of(year: int, rows: Iterable[Any], longest: int = 0) -> tuple[Bar, ...]:
    """Return the twelve months of the year, in percent of `longest`; by default of its longest."""
    counts = {datetime.date(year, month, 1): 0 for month in range(1, 13)}
    counts |= {datetime.date(year, month, 1): n for y, month, n in rows if y == year}
    return _bars(counts, longest)


@dataclass(frozen=True)
class Day:
    """Number of releases of a day in a calendar."""

    date: datetime.date
    count: int


def weeks(
    year: int, month: int, counts: Mapping[datetime.date, int], first_weekday: int
) -> list[list[Day | None]]:
    """Return the weeks of a month's calendar; None for days of other months. Monday is 0."""
    days = calendar.Calendar(first_weekday).monthdayscalendar(year, month)
    dates = ([number and datetime.date(year, month, number) for number in week] for week in days)
    return [[Day(day, counts.get(day, 0)) if day else None for day in week] for week in dates]


def _bars(counts: dict[datetime.date, int], longest: int = 0) -> tuple[Bar, ...]:
    longest = longest or max(counts.values(), default=0) or 1
    return tuple(Bar(day, n, round(100 * n / longest)) for day, n in sorted(counts.items()))
