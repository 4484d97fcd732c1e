"""Finding, parsing and spelling of printed dates. Ambiguous ones are not parsed."""

import datetime
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from releases.parsing.alternatives import (
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    SPANISH_DAYS,
    SPANISH_MONTHS,
)
from releases.parsing.calendars import (
    AMBIGUOUS_MONTHS,
    FIRST,
    MONTHS,
    SHORT_MONTHS,
    WEEKDAYS,
    read_number,
)
from releases.parsing.date_patterns import EIGHT_DIGITS, MAY_HAVE_YEAR, NUMERAL, PATTERNS
from releases.parsing.warnings import ParseWarning

_LONG_NAMES = [
    name.lower() for name in (*ENGLISH_MONTHS, *SPANISH_MONTHS, "setiembre") if len(name) > 4
]

# Years of press releases, including those of predecessor offices.
_FIRST_YEAR, _LAST_YEAR = 1900, 2099

_WARNING_MESSAGES = {
    "misspelt_month": "“{words}” is not a date: correct the spelling of the month.",
    "ambiguous_date": "“{words}” can be read as two dates: write the month as a word.",
    "two_digit_year": "“{words}” has no century: write the year with four digits.",
    "impossible_date": "“{words}” is a day that does not exist: correct it.",
    "absurd_date": "“{words}” is not a year in which a release was printed: correct it.",
    "wrong_weekday": "“{words}” names the wrong day of the week: check the date.",
}


@dataclass(frozen=True)
class PrintedDate:
    """A date as printed at `start:end` of a text; `date` is None if it is unreliable.

    `warning_code` is empty or misspelt_month, ambiguous_date, two_digit_year, impossible_date,
    absurd_date, wrong_weekday (the only one with a date).
    """

    words: str
    start: int
    end: int
    date: datetime.date | None
    warning_code: str

    def warning(self) -> ParseWarning:
        return ParseWarning(
            "date", self.warning_code, _WARNING_MESSAGES[self.warning_code].format(words=self.words)
        )


def find(text: str) -> list[PrintedDate]:
    """Return every full date (day, month and year) in reading order."""
    if not MAY_HAVE_YEAR.search(text):
        return []
    if eight := EIGHT_DIGITS.fullmatch(text.strip()):
        return [PrintedDate(text.strip(), 0, len(text), *_parse_parts(eight.groupdict()))]
    lower = text.lower()
    possible = (pattern for pattern, needs in PATTERNS if needs in lower)
    found = [date for pattern in possible for date in _find_with(pattern, text)]
    return sorted(found, key=lambda date: date.start)


def spell_out(date: datetime.date, language: str) -> str:
    """Spell the date as offices print it in English or Spanish; ISO 8601 in other languages.

    >>> spell_out(datetime.date(2012, 9, 21), "en")
    'Friday, September 21, 2012'
    """
    if language.startswith("es"):
        month, weekday = SPANISH_MONTHS[date.month - 1], SPANISH_DAYS[date.weekday()]
        return f"{weekday}, {date.day} de {month} de {date.year}"
    if language.startswith("en"):
        month, weekday = ENGLISH_MONTHS[date.month - 1], ENGLISH_DAYS[date.weekday()]
        return f"{weekday}, {month} {date.day}, {date.year}"
    return date.isoformat()


def _find_with(pattern: re.Pattern[str], text: str) -> Iterator[PrintedDate]:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        if _may_be_english(parts) and match[0] != text.strip():
            continue
        date, warning_code = _parse_parts(parts)
        if date is not None or warning_code:
            yield PrintedDate(match[0], match.start(), match.end(), date, warning_code)


def _may_be_english(parts: dict[str, str]) -> bool:
    """Return whether the month is "out", next to no other word of a date."""
    is_out = parts.get("month", "").lower() in AMBIGUOUS_MONTHS
    return is_out and not (parts.get("de") or parts.get("weekday"))


def _parse_parts(parts: dict[str, str]) -> tuple[datetime.date | None, str]:
    """Return the date and its warning code; neither if the words are not a date."""
    months_and_days = _months_and_days(parts)
    if not months_and_days:
        return None, "misspelt_month" if _is_misspelt_month(parts["month"]) else ""
    if len(parts["year"]) == 2:
        return None, "two_digit_year"
    year = read_number(parts["year"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None, "absurd_date"
    dates = {_valid_date(year, month, day) for month, day in months_and_days} - {None}
    return _pick_date(dates, WEEKDAYS.get((parts.get("weekday") or "").lower()))


def _months_and_days(parts: dict[str, str]) -> list[tuple[int, int]]:
    """Return every reading as month and day; none if the month is unknown."""
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        return [(first, second), (second, first)]
    day = 1 if parts["day"].lower() in FIRST else read_number(parts["day"])
    return [(number, day) for number in _month_readings(parts)]


def _month_readings(parts: dict[str, str]) -> tuple[int, ...]:
    word = parts["month"].lower()
    if NUMERAL.fullmatch(word):
        return (read_number(word),)
    if word in AMBIGUOUS_MONTHS and not parts.get("de"):
        return AMBIGUOUS_MONTHS[word]
    number = MONTHS.get(word) or SHORT_MONTHS.get(" ".join(word.split()))
    return (number,) if number else ()


def _pick_date(
    dates: set[datetime.date | None], weekday: int | None
) -> tuple[datetime.date | None, str]:
    if not dates:
        return None, "impossible_date"
    on_that_day = {date for date in dates if date and date.weekday() == weekday}
    if len(on_that_day) == 1:
        return on_that_day.pop(), ""
    if len(dates) > 1:
        return None, "ambiguous_date"
    return dates.pop(), "" if weekday is None else "wrong_weekday"


def _valid_date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _is_misspelt_month(word: str) -> bool:
    return bool(difflib.get_close_matches(word.lower(), _LONG_NAMES, 1, 0.8))
