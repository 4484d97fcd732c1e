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
    phrase_pattern,
)
from releases.parsing.calendars import MONTHS, WEEKDAYS
from releases.parsing.warnings import ParseWarning

_LONG_NAMES = [
    name.lower() for name in (*ENGLISH_MONTHS, *SPANISH_MONTHS, "setiembre") if len(name) > 4
]

# Years of press releases, including those of predecessor offices.
_FIRST_YEAR, _LAST_YEAR = 1900, 2099

_WEEKDAY = rf"(?:(?P<weekday>{phrase_pattern(*WEEKDAYS)})\b\.?[,،]?\s+)?"
_WORD = r"(?P<month>[^\W\d_]{3,12})"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_ARTICLE = r"(?:(?:the|le|den|dia|il)\s+)?"
_ORDINAL = r"(?:st|nd|rd|th|er|\.?[º°ª]|\.)?"
_START = r"(?<![\w./-])"
_CHINESE_DAY = r"(?:\s?[（(]?(?:星期|週|周|曜日)[一二三四五六日天]曜?日?[）)]?)?"
_KOREAN_DAY = r"(?:\s?[（(]?[월화수목금토일](?:요일)?[）)]?(?!\w))?"
_WORDED = {
    "month first": rf"{_WORD}\.?\s*{_DAY}(?:st|nd|rd|th)?(?:\s*[,،]\s*|\s+)"
    rf"(?:de\s+|del\s+)?{_YEAR}",
    "day first": rf"{_ARTICLE}(?:ika-?)?{_DAY}{_ORDINAL}\s+(?:day\s+)?(?:de\s+|of\s+|ng\s+)?"
    rf"(?P<month>[^\W\d_]{{3,12}}|me)\.?(?:/[^\W\d_]{{2,8}})?[,،]?\s+(?:de\s+|del\s+)?{_YEAR}"
    r"(?:\s+(?:года|року|г\.|р\.|r\.))?",
    "between dashes": rf"{_DAY}(?P<mark>[-./]){_WORD}(?P=mark)(?P<year>\d{{4}}|\d{{2}})(?!\d)",
    "Vietnamese": rf"(?:ngày\s+)?{_DAY}\s+tháng\s+(?P<month>\d{{1,2}})\s*,?\s+(?:năm\s+)?{_YEAR}",
    "Chinese, Japanese": r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"
    + _CHINESE_DAY,
    "Korean": r"(?P<year>\d{4})년\s?(?P<month>\d{1,2})월\s?(?P<day>\d{1,2})일" + _KOREAN_DAY,
    "Korean in digits": r"(?P<year>\d{4})\. ?(?P<month>\d{1,2})\. ?(?P<day>\d{1,2})\."
    + _KOREAN_DAY,
}
_NUMERIC = {
    "year first": r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?!\.\s?(?:$|[(（월화수목금토일]))",
    "year last": r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)"
    r"(?P<year>\d{4}|\d{2})",
}
# As in the names of files. Elsewhere in a text eight digits are rarely a date.
_EIGHT_DIGITS = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
)
_PATTERNS = [
    re.compile(_START + _WEEKDAY + pattern, re.IGNORECASE) for pattern in _WORDED.values()
] + [
    re.compile(_START + _WEEKDAY + pattern + r"(?![\w/-])", re.IGNORECASE)
    for pattern in _NUMERIC.values()
]

_MAY_HAVE_YEAR = re.compile(r"\d{4}|[^\W_][-/.]\d{2}")

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
    if not _MAY_HAVE_YEAR.search(text):
        return []
    if eight := _EIGHT_DIGITS.fullmatch(text.strip()):
        return [PrintedDate(text.strip(), 0, len(text), *_parse_parts(eight.groupdict()))]
    found = [date for pattern in _PATTERNS for date in _find_with(pattern, text)]
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
        date, warning_code = _parse_parts(match.groupdict())
        if date is not None or warning_code:
            yield PrintedDate(match[0], match.start(), match.end(), date, warning_code)


def _parse_parts(parts: dict[str, str]) -> tuple[datetime.date | None, str]:
    """Return the date and its warning code; neither if the words are not a date."""
    months_and_days = _months_and_days(parts)
    if not months_and_days:
        return None, "misspelt_month" if _is_misspelt_month(parts["month"]) else ""
    if len(parts["year"]) == 2:
        return None, "two_digit_year"
    if not _FIRST_YEAR <= int(parts["year"]) <= _LAST_YEAR:
        return None, "absurd_date"
    dates = {_valid_date(parts["year"], month, day) for month, day in months_and_days} - {None}
    return _pick_date(dates, WEEKDAYS.get((parts.get("weekday") or "").lower()))


def _months_and_days(parts: dict[str, str]) -> list[tuple[int, int]]:
    """Return every reading as month and day; none if the month is unknown."""
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        return [(first, second), (second, first)]
    month = parts["month"].lower()
    number = int(month) if month.isdecimal() else MONTHS.get(month)
    return [(number, int(parts["day"]))] if number is not None else []


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


def _valid_date(year: str, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(int(year), month, day)
    except ValueError:
        return None


def _is_misspelt_month(word: str) -> bool:
    return bool(difflib.get_close_matches(word.lower(), _LONG_NAMES, 1, 0.8))
