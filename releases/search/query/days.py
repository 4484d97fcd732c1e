"""Days and months that a query names, in any form. Pure."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Iterator
from typing import NamedTuple

from releases.parsing import dates
from releases.parsing.alternatives import ENGLISH_MONTHS, SPANISH_MONTHS
from releases.parsing.calendars import MONTHS
from releases.search.query.numerals import (
    NO_COUNTED,
    SPELLED_ORDINAL,
    ordinal_suffix,
    read_ordinal,
)
from releases.search.query.tree import DateRange

YEARS = range(1950, 2050)  # of a day that is typed without one

_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_MONTH_OF_YEAR = re.compile(rf"\b{_MONTH},?\s+(?:de\s+|del\s+|of\s+)?(?P<year>\d{{4}})\b")
_FIGURE = r"(?P<month>0[1-9]|1[0-2]|(?<!\d)[1-9])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH_IN_FIGURES = re.compile(rf"(?<![\w/.-]){_FIGURE}[/-]{_YEAR}(?![\w/-])")
_YEAR_FIRST = re.compile(rf"(?<![\w/.-]){_YEAR}[/-]{_FIGURE}(?![\w/-])")
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th|º)?|(?i:{SPELLED_ORDINAL}))"
_DAY_OF_MONTH = re.compile(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}\b{NO_COUNTED}")
_DAY_FIRST = re.compile(rf"\b{_DAY}\s+(?:de\s+|of\s+)?{_MONTH}(?!\w)")
_PATTERNS = (_MONTH_OF_YEAR, _MONTH_IN_FIGURES, _YEAR_FIRST, _DAY_OF_MONTH, _DAY_FIRST)
# Before a figure that is the number of something: Prop 8 March, Covid-19 March 2020.
_NUMBERED = re.compile(
    r"\b(?:prop|proposition|propuesta|covid|title|section|part|chapter|article|rule|phase"
    r"|amendment|ab|sb|hr|acr|ajr|scr|sjr|district|item|page|volume|number|no|channel|route"
    r"|highway|interstate)"
    r"\.?[\s-]+$",
    re.IGNORECASE,
)


class NamedDays(NamedTuple):
    """Days or months that text[start:end] names: what they may mean, and how releases print them,
    the most frequent way first."""

    start: int
    end: int
    ranges: tuple[DateRange, ...]
    phrases: tuple[str, ...]
    is_certain: bool = True  # “5 may” may be no day

    @property
    def is_ambiguous(self) -> bool:
        return len(self.ranges) == 2  # March 4 or April 3; without a year there are many more


def as_printed(text: str) -> str:
    """Return the text with days and months as most releases print them: March 15 2024."""
    for days in sorted(named_days(text), reverse=True):
        if days.is_certain and not days.is_ambiguous:
            text = text[: days.start] + days.phrases[0] + text[days.end :]
    return text


def named_days(text: str) -> Iterator[NamedDays]:
    """Yield the days and months that a text names."""
    taken: list[tuple[int, int]] = []
    for printed in dates.find(text):
        is_number = _is_numbered(text, printed.start)
        if not is_number and (readings := _possible_days(printed)):
            span = (printed.start, printed.end)
            taken.append(span)
            phrases = (text for day in readings for text in _phrases(day.month, day.day, day.year))
            yield NamedDays(*span, tuple(map(_day_range, readings)), tuple(phrases))
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            is_free = all(end <= first or last <= start for first, last in taken)
            if is_free and (found := _without_day_or_year(match)):
                taken.append((start, end))
                yield found


def _possible_days(printed: dates.PrintedDate) -> list[datetime.date]:
    """Return the days that a date may mean: in figures, month and day are in either order."""
    if printed.date:
        return [printed.date]
    figures = [int(figure) for figure in re.findall(r"\d+", printed.words)]
    if printed.warning_code not in ("ambiguous_date", "two_digit_year") or len(figures) != 3:
        return []
    first, second, year = figures
    year = year if year > 99 else next(each for each in YEARS if each % 100 == year)
    readings = sorted({(first, second), (second, first)})
    return [datetime.date(year, *each) for each in readings if _is_day(year, *each)]


def _is_day(year: int, month: int, day: int) -> bool:
    return month in range(1, 13) and day in range(1, monthrange(year, month)[1] + 1)


def _is_numbered(text: str, start: int) -> bool:
    return text[start : start + 1].isdecimal() and bool(_NUMBERED.search(text, 0, start))


def _without_day_or_year(match: re.Match[str]) -> NamedDays | None:
    """Return the month of a year, or that day of every year; None without a month."""
    parts = match.groupdict()
    typed = parts["month"].lower()
    month = int(typed) if typed.isdecimal() else MONTHS.get(typed)
    if month is None or _is_numbered(match.string, match.start()):
        return None
    if match.re is _YEAR_FIRST and month == (int(parts["year"]) + 1) % 100:
        return None  # a fiscal or school year: 2011-12
    if "year" in parts:
        year, day = int(parts["year"]), None
        ranges = [_month_range(year, month)] if year in range(1, datetime.MAXYEAR) else []
    else:
        year, day = None, read_ordinal(parts["day"])
        having = (each for each in YEARS if _is_day(each, month, day))
        ranges = [_day_range(datetime.date(each, month, day)) for each in having]
    phrases = tuple(_phrases(month, day, year))
    is_certain = match.re is not _DAY_FIRST or not parts["day"].isdecimal()
    return NamedDays(*match.span(), tuple(ranges), phrases, is_certain) if ranges else None


def _phrases(month: int, day: int | None, year: int | None) -> Iterator[str]:
    """Yield a date as English and Spanish releases print it, without punctuation."""
    name, of_year = ENGLISH_MONTHS[month - 1], f" {year}" if year else ""
    short = ["Sept"] if month == 9 else []
    for each in dict.fromkeys([name, name[:3], *short]):
        yield f"{each} {day}{of_year}" if day else f"{each}{of_year}"
    if day:
        yield f"{name} {day}{ordinal_suffix(day)}{of_year}"
        yield f"{day} {name}{of_year}"
    yield " de ".join(str(part) for part in (day, SPANISH_MONTHS[month - 1], year) if part)


def _day_range(day: datetime.date) -> DateRange:
    return DateRange(day, day + datetime.timedelta(days=1))


def _month_range(year: int, month: int) -> DateRange:
    first = datetime.date(year, month, 1)
    return DateRange(first, first + datetime.timedelta(days=monthrange(year, month)[1]))
