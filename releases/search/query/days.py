"""Days and months that a query names, in any form. Pure."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Iterator

from releases.parsing import dates
from releases.parsing.calendars import MONTHS
from releases.search.query.tree import DateRange

YEARS = range(1950, 2050)  # of a day that is typed without one

_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_MONTH_OF_YEAR = re.compile(rf"\b{_MONTH},?\s+(?:de\s+|del\s+|of\s+)?(?P<year>\d{{4}})\b")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|º)?"
_DAY_OF_MONTH = re.compile(rf"\b{_MONTH}\s+{_DAY}\b")
_DAY_FIRST = re.compile(rf"\b{_DAY}\s+(?:de\s+|of\s+)?{_MONTH}(?!\w)")


def date_ranges(text: str) -> Iterator[tuple[int, int, tuple[DateRange, ...]]]:
    """Yield the days and months that a text names: start, end and what they may mean."""
    taken: list[tuple[int, int]] = []
    for printed in dates.find(text):
        if days := _possible_days(printed):
            taken.append((printed.start, printed.end))
            yield printed.start, printed.end, days
    for pattern in (_MONTH_OF_YEAR, _DAY_OF_MONTH, _DAY_FIRST):
        for match in pattern.finditer(text):
            start, end = match.span()
            is_free = all(end <= first or last <= start for first, last in taken)
            if is_free and (found := _named_days(match.groupdict())):
                taken.append((start, end))
                yield start, end, found


def _possible_days(printed: dates.PrintedDate) -> tuple[DateRange, ...]:
    """Return the days that a date may mean: in figures, month and day are in either order."""
    if printed.date:
        return (_day_range(printed.date),)
    figures = [int(figure) for figure in re.findall(r"\d+", printed.words)]
    if printed.warning_code not in ("ambiguous_date", "two_digit_year") or len(figures) != 3:
        return ()
    first, second, year = figures
    year = year if year > 99 else next(each for each in YEARS if each % 100 == year)
    readings = {(first, second), (second, first)}
    return tuple(
        _day_range(datetime.date(year, *each)) for each in readings if _is_day(year, *each)
    )


def _is_day(year: int, month: int, day: int) -> bool:
    return month in range(1, 13) and day in range(1, monthrange(year, month)[1] + 1)


def _named_days(parts: dict[str, str]) -> tuple[DateRange, ...]:
    """Return the month of a year, or that day of every year; nothing without a month."""
    month = MONTHS.get(parts["month"].lower())
    if month is None:
        return ()
    if "year" in parts:
        year = int(parts["year"])
        return (_month_range(year, month),) if year in range(1, datetime.MAXYEAR) else ()
    day = int(parts["day"])
    having = (year for year in YEARS if 1 <= day <= monthrange(year, month)[1])
    return tuple(_day_range(datetime.date(year, month, day)) for year in having)


def _day_range(day: datetime.date) -> DateRange:
    return DateRange(day, day + datetime.timedelta(days=1))


def _month_range(year: int, month: int) -> DateRange:
    first = datetime.date(year, month, 1)
    return DateRange(first, first + datetime.timedelta(days=monthrange(year, month)[1]))
