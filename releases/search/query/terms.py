"""Terms that a text of a query looks for, for both search engines and the highlighter."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from releases.parsing import dates
from releases.parsing.calendars import MONTHS
from releases.search import editorial
from releases.search.analysis.analyzer import (
    MAX_TERM_LENGTH,
    Word,
    is_stop_word,
    significant_forms,
    words,
)
from releases.search.analysis.stemming import variants
from releases.search.query.numerals import numerals
from releases.search.query.questions import question_words
from releases.search.query.synonyms import Synonyms
from releases.search.query.tree import DateRange

YEARS = range(1950, 2050)  # of a day that is typed without one

_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_MONTH_OF_YEAR = re.compile(rf"\b{_MONTH},?\s+(?:de\s+|del\s+|of\s+)?(?P<year>\d{{4}})\b")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|º)?"
_DAY_OF_MONTH = re.compile(rf"\b{_MONTH}\s+{_DAY}\b")
_DAY_FIRST = re.compile(rf"\b{_DAY}\s+(?:de\s+|of\s+)?{_MONTH}(?!\w)")


class Term(NamedTuple):
    """Query term. A release has it if it has the form, another spelling, a synonym, one of the
    phrases, or one of the dates."""

    form: str
    others: tuple[str, ...] = ()
    dates: tuple[DateRange, ...] = ()
    synonyms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def stems(self) -> tuple[str, ...]:
        """Distinct index terms of the form, the other spellings and the synonyms."""
        spelled = (self.form, *self.others, *self.synonyms)
        return tuple(dict.fromkeys(stem for form in spelled for stem in variants(form)))


def query_terms(text: str, with_synonyms: bool = True) -> list[Term]:
    """Return the terms of a text in a fixed order, without stop words unless it has no others."""
    return list(_query_terms(text, editorial.synonyms() if with_synonyms else None))


@lru_cache(1 << 8)  # matching, proximity and highlighting need them
def _query_terms(text: str, synonyms: Synonyms | None) -> Iterable[Term]:
    text = _without_capitals(text)
    found = list(words(text))
    others: defaultdict[str, dict[str, None]] = defaultdict(dict)
    ranges: dict[str, tuple[DateRange, ...]] = {}
    for word in found:
        for form in word.query_forms:
            others[form] |= dict.fromkeys(word.joined)
    for left, right, joined in _joined_pairs(text, found):
        others[left][joined] = others[right][joined] = None
    for start, end, days in date_ranges(text):
        ranges |= dict.fromkeys(_forms_between(found, start, end), days)
    phrases: dict[str, tuple[str, ...]] = {}
    for each in numerals(text):
        for form in _forms_between(found, each.start, each.end):
            others[form] |= dict.fromkeys(each.words)
            phrases[form] = each.phrases
            ranges.setdefault(form, each.days)
    significant = significant_forms(set(others))
    terms = {
        form: Term(
            form,
            tuple(name for name in others[form] if name != form),
            ranges.get(form, ()),
            phrases=phrases.get(form, ()),
        )
        for form in sorted(significant - question_words(text) or significant)
    }
    return tuple((_with_synonyms(terms, found, synonyms) if synonyms else terms).values())


def _forms_between(found: list[Word], start: int, end: int) -> Iterator[str]:
    for word in found:
        if start <= word.start and word.end <= end:
            yield from word.query_forms


def _with_synonyms(
    terms: dict[str, Term], found: list[Word], synonyms: Synonyms
) -> dict[str, Term]:
    """Add to each term what expressions that it is part of also find."""
    # Each word of “cell phone” is also found by “mobile phone”, so both words together are, too.
    for forms, other in synonyms.expand(found):
        for term in (terms[form] for form in forms if form in terms):
            terms[term.form] = term._replace(
                synonyms=(*term.synonyms, *filter(None, [other.word])),
                phrases=(*term.phrases, *filter(None, [other.phrase])),
            )
    return terms


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


def _joined_pairs(text: str, found: list[Word]) -> Iterator[tuple[str, str, str]]:
    """Yield neighbors that may be printed as one word: wild fires, covid 19, Mc Cain."""
    for left, right in pairwise(found):
        if len(left.query_forms) == len(right.query_forms) == 1:
            first, second = left.query_forms[0], right.query_forms[0]
            is_apart = text[left.end : right.start].isspace()
            is_common = is_stop_word(first) or is_stop_word(second)
            is_short = len(first) + len(second) <= MAX_TERM_LENGTH
            if is_apart and is_short and first.isalpha() and not is_common:
                yield first, second, first + second


def _without_capitals(text: str) -> str:
    """Return a text in capitals in lower case: there, they mark no acronyms."""
    return text.lower() if text.isupper() and " " in text.strip() else text
