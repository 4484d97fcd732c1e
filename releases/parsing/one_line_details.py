"""Header lines that are only a time, a number, an address or half a date: never a title."""

import re

from releases.parsing import dates
from releases.parsing.alternatives import STATE_NAMES, STATES, STREETS, phrase_pattern
from releases.parsing.calendars import MONTHS, WEEKDAYS

_CLOCK = (
    r"\d{1,2}(?:[:.]\d{2}){1,2}\s*(?:[ap]\.?\s?m\b\.?)?|\d{1,2}\s*[ap]\.?\s?m\b\.?|noon|midnight"
)
_ZONE = r"(?:\s*\(?(?:[ECMPA][DS]?T|AK[DS]?T|HST|GMT|UTC|Z)\b\)?|\s*(?:eastern|central|pacific)\b)?"
# A time of day with minutes next to a date: a page's or a mail's stamp.
STAMP = re.compile(
    r"(?:\bat\s+|\bon\s+|[|@,·–—-]\s*)?(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)\s*"
    rf"(?:[ap]\.?\s?m\b\.?)?{_ZONE}(?:\s?[+-]\d{{4}}\b)?",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\W{{0,3}}(?:at\s+|from\s+)?(?:{_CLOCK}){_ZONE}(?:\s*(?:-|–|to|until)\s*(?:{_CLOCK}){_ZONE})?\W{{0,3}}",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\W{0,4}(?:(?:release\s+|file\s+)?(?:no|number|num|nr)\b\.?|[#№])?\W{0,3}"
    r"(?:[A-Z]{1,6}-)?\d[\d/.,-]{0,20}(?:-?[A-Z]{1,3})?\W{0,4}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]{0,8}Z",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    rf"(?<!.).{{0,80}}\b(?:{phrase_pattern(*STATES)}|{phrase_pattern(STATE_NAMES)})\b\.?,?\s+\d{{5}}(?:-\d{{4}})?\W{{0,3}}"
    r"|\d{1,6}[A-Z]?\s+(?:[NSEW]\.?\s+|(?:North|South|East|West)\s+)?(?:[A-Z0-9][\w.'’-]*\s+){1,2}"
    rf"(?i:{phrase_pattern(STREETS)})\b\.?(?:[,;#]\s?.{{0,60}}|\s+(?:Suite|Room|Floor|Ste)\b.{{0,20}})?"
    r"|(?i:p\.?\s?o\.?\s?box\s+\d{1,8}(?:,.{0,60})?|(?:suite|room|floor)\s+\d\w{0,6})"
)
_WEB_ADDRESS = re.compile(
    r"(?:(?:web(?:\s?site)?|website|online|internet|sitio web|página web)\s*:\s*)?"
    r"(?:https?://|www\.)\S+",
    re.IGNORECASE,
)
_MONTH, _DAY = phrase_pattern(*MONTHS), phrase_pattern(*WEEKDAYS)
_PART_OF_DATE = re.compile(
    rf"(?<!.)(?:(?:{_DAY})\b\.?,?\s+)?(?:(?:{_MONTH})\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?"
    rf"(?:,?\s+(?:de\s+)?\d{{4}})?|\d{{1,2}}\s+(?:de\s+)?(?:{_MONTH})\b\.?)|(?:{_DAY})",
    re.IGNORECASE,
)


def is_part_of_date(text: str) -> bool:
    """Return whether the line is a date without its day or its year: "October 2013"."""
    has_digit = any(map(str.isdecimal, text))
    return has_digit and len(text) < 40 and bool(_PART_OF_DATE.fullmatch(text))


def is_event_time(text: str) -> bool:
    """Return whether the line is only a weekday, a date and a time of day, as of an event."""
    found = dates.find(text) if len(text) < 80 else []
    rest = text[: found[0].start] + text[found[0].end :] if len(found) == 1 else text
    return bool(_TIME.fullmatch(rest.strip(" ,|–—-@·")))


def is_detail(text: str) -> bool:
    """Return whether the line is only a time of day, a number or a postal address."""
    if len(text) > 120:
        return False
    if _WEB_ADDRESS.fullmatch(text):
        return True
    if not any(map(str.isdecimal, text)):
        return False
    is_short = len(text) < 60 and bool(_TIME.fullmatch(text) or _NUMBER.fullmatch(text))
    return is_short or bool(_ADDRESS.fullmatch(text)) or is_event_time(text)
