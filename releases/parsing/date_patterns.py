"""Patterns of printed dates, by language or form."""

import re
from typing import NamedTuple

from releases.parsing.alternatives import phrase_pattern
from releases.parsing.calendars import (
    CHINESE_DIGITS,
    CHINESE_NUMERALS,
    FIRST,
    TWO_WORD_MONTHS,
    VIETNAMESE_MONTHS,
    WEEKDAYS,
)


class DatePattern(NamedTuple):
    """A compiled pattern, and what a text must have in lowercase for it to match."""

    pattern: re.Pattern[str]
    needs: str = ""


_WEEKDAY = rf"(?:(?P<weekday>{phrase_pattern(*WEEKDAYS)})\b\.?[,،]?\s+)?"
# "năm" is "year" as well as "five".
_MONTH = rf"(?P<month>{phrase_pattern(*TWO_WORD_MONTHS)}|(?!năm\b)[^\W\d_]{{3,12}}|me)"
_WORD = r"(?P<month>[^\W\d_]{3,12})"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_ARTICLE = r"(?:(?:the|le|den|dia|il|ika-?)\s?)?"
_ORDINAL = r"(?:\s?»|\"|st|nd|rd|th|er|ᵉʳ|r?o|ye|-?го|\.?[º°ª])?"
_OF_YEAR = r"(?:del?\s+(?:a[ñn]o\s+)?|do\s+ano\s+(?:de\s+)?|ng\s+|taong\s+)?"
_AFTER_YEAR = r"(?:\s+(?:года|року|г\.|р\.|r\.))?"
_START = r"(?<![\w./-])"
_IN_TEXT = r"(?<![\d./-])"  # Chinese and Japanese have no blanks between words
_CHINESE_WEEKDAY = r"(?:\s?[（(]?(?:星期|週|周|曜日)[一二三四五六日天]曜?日?[）)]?)?"
_KOREAN_WEEKDAY = r"(?:\s?[（(]?[월화수목금토일](?:요일)?[）)]?(?!\w))?"
_NUMERAL = rf"(?:\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,3}})"
_CHINESE_YEAR = rf"(?P<year>\d{{4}}|[{CHINESE_DIGITS}]{{4}})"
_CHINESE_MONTH_AND_DAY = rf"(?P<month>{_NUMERAL})\s?月\s?(?P<day>{_NUMERAL})\s?"
_VIETNAMESE_MONTH = rf"tháng\s+(?P<month>\d{{1,2}}|{phrase_pattern(*VIETNAMESE_MONTHS)})"

_WORDED = {
    rf"{_WORD}\.?\s*{_DAY}(?:st|nd|rd|th)?(?:\s*[,،]\s*|\s+)(?:de\s+|del\s+)?{_YEAR}": "",
    rf"(?:«\s?|\"(?=\d{{1,2}}\"))?{_ARTICLE}(?P<day>\d{{1,2}}|{'|'.join(FIRST)})(?:{_ORDINAL}\s+|\.\s*)"
    rf"(?:(?:na\s+)?araw\s+|day\s+)?(?:(?P<de>de)\s+|of\s+|ng\s+|من\s+)?{_MONTH}"
    rf"\.?(?:/[^\W\d_]{{2,8}})?[,،]?\s+{_OF_YEAR}{_YEAR}{_AFTER_YEAR}": "",
    rf"{_DAY}(?P<mark>[-./]){_WORD}(?P=mark)(?P<year>\d{{4}}|\d{{2}})(?!\d)": "",
    rf"(?:ngày\s+)?{_DAY}\s+{_VIETNAMESE_MONTH}\s*,?\s+(?:năm\s+)?{_YEAR}": "tháng",
    rf"{_VIETNAMESE_MONTH}\s+(?:ngày\s+)?{_DAY}\s*,?\s+(?:năm\s+)?{_YEAR}": "tháng",
    r"(?P<year>\d{4})년\s?(?P<month>\d{1,2})월\s?(?P<day>\d{1,2})일" + _KOREAN_WEEKDAY: "월",
    rf"(?P<month>\d{{1,2}})월\s?(?P<day>\d{{1,2}})일\s?,\s?{_YEAR}년?": "월",
    r"(?P<year>\d{4})\. ?(?P<month>\d{1,2})\. ?(?P<day>\d{1,2})\." + _KOREAN_WEEKDAY: ".",
    r"(?:(?<!.)|(?<=[가-힣][:：] ))(?P<year>\d{4})\. (?P<month>\d{1,2})\. (?P<day>\d{1,2})"
    rf"{_KOREAN_WEEKDAY}(?![^\S\n]*\S)": ". ",
}
_CHINESE = (
    rf"{_CHINESE_YEAR}\s?年\s?{_CHINESE_MONTH_AND_DAY}[日號号]{_CHINESE_WEEKDAY}",
    rf"{_CHINESE_MONTH_AND_DAY}[日號号]?\s?[,，]\s?{_CHINESE_YEAR}(?:\s?年|(?!\w))",
)
_NUMERIC = (
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"T(?:[01]\d|2[0-3])(?::[0-5]\d){1,2}(?:[+-]\d\d:?\d\d)?",
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?!\.\s?(?:$|[(（월화수목금토일]))",
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})",
)

NUMERAL = re.compile(_NUMERAL)


def _compiled(pattern: str, needs: str = "") -> DatePattern:
    return DatePattern(re.compile(pattern, re.IGNORECASE), needs)


PATTERNS = (
    *(_compiled(_START + _WEEKDAY + pattern, needs) for pattern, needs in _WORDED.items()),
    *(_compiled(_IN_TEXT + pattern, "月") for pattern in _CHINESE),
    *(_compiled(_START + _WEEKDAY + pattern + r"(?![\w/-])") for pattern in _NUMERIC),
)
# As in the names of files. Elsewhere in a text eight digits are rarely a date.
EIGHT_DIGITS = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
)
MAY_HAVE_YEAR = re.compile(rf"\d{{4}}|[^\W_][-/.]\d{{2}}|[{CHINESE_DIGITS}]{{4}}年")
