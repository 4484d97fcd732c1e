"""Checks for slips that a proofreader looks for. Each yields hints: the text may be right."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from releases.parsing import moments
from releases.parsing.alternatives import ENGLISH_DAYS, SPANISH_DAYS

_RELEASE_LINE = re.compile(r"\bfor\s+immediate\s+release\b", re.IGNORECASE)
_EMBARGO_LINE = re.compile(r"\bEMBARGOED\b")  # in capitals: prose writes it small
_PLACEHOLDER = re.compile(
    r"\b(?:TK)+\b|\bX{3,10}\b|\{\{[^{}\n]{0,80}\}\}|\[[^][\n]{1,80}\]|\blorem ipsum\b"
)
_HEAD = re.compile(r"[^–—\n]{0,120}?[–—]|[^–—\n]{0,120}? -{1,2} ")
_DAYS = {name.lower(): day for day, name in enumerate(ENGLISH_DAYS)} | {
    name: day for day, name in enumerate(SPANISH_DAYS)
}
_RELATIVE = {"yesterday": -1, "ayer": -1, "today": 0, "hoy": 0, "tomorrow": 1, "mañana": 1}
_NAMED_DAY = re.compile(
    rf"\b(?P<relative>{'|'.join(_RELATIVE)})[,(]?\s{{1,3}}\(?(?P<day>{'|'.join(_DAYS)})\b\)?",
    re.IGNORECASE,
)
_MAILBOX = re.compile(r"(?<![\w.%+@-])[\w.%+-]{1,64}@[^\s@<>()|\"“”;:]{0,100}(?:@\S{0,20})?")
_SOUND_MAILBOX = re.compile(
    r"(?<![\w.%+-])[\w%+-][\w.%+-]{0,62}(?<!\.)@(?:[^\W_][\w-]{0,62}\.){1,5}[^\W\d_]{2,20}"
)
_MISTYPED_ENDINGS = (".con", ".cmo", ".ogr", ".gvo", ".eud")
_LOOSE_MAILBOX = re.compile(r"\b\w{1,40} (?:@ \w|@\w{1,40}\.(?:gov|com|org|edu|net|us)\b)\S{0,60}")
_AREA_CODE = re.compile(r"(?<![\w+(])\((\d{2,4})\)[ .-]?(\d{2,5}[ .–-]\d{1,6})(?![\d-])")
_DASHED_NUMBER = re.compile(r"(?<![\w+.–-])(\d{3})[.–-](\d{3}[.–-]\d{1,6})(?![\w–-])")
_CAPITALIZED = r"[^\W\d_a-zß-ÿ][\w’'-]{1,30}"
_NAMES = re.compile(rf"{_CAPITALIZED}(?: (?:[^\W\d_a-zß-ÿ]\. )?{_CAPITALIZED}){{1,4}}")
_INITIAL = re.compile(r" [^\W\d_]\. ")
_POSSESSIVE = re.compile(r"['’]s?$")
_MOST_NAMES = 200
_SHORTEST_NAME = 4  # letters of a name that may be a misspelling of another


def leftover_release_line(text: str) -> Iterator[str]:
    """Yield a sentence if the text still has a release label, such as FOR IMMEDIATE RELEASE."""
    if match := _RELEASE_LINE.search(text):
        yield f"The text still says “{match[0]}”. Remove it: the page shows when it came out."


def leftover_embargo(text: str) -> Iterator[str]:
    """Yield a sentence if the text still has an embargo label."""
    if _EMBARGO_LINE.search(text):
        yield "The text still says “EMBARGOED”. Remove it before the public reads it."


def placeholders(text: str) -> Iterator[str]:
    """Yield a sentence for each placeholder left in the text."""
    for words in dict.fromkeys(match[0] for match in _PLACEHOLDER.finditer(text)):
        if words.startswith("["):
            yield f"“{words}” is in brackets. Fill it in, or keep it if it explains a quote."
        else:
            yield f"“{words}” looks like a placeholder. Replace it."


def other_date(dateline: str, text: str, date: datetime.date) -> Iterator[str]:
    """Yield a sentence if the dateline or the beginning of the text has another date."""
    head = match[0] if (match := _HEAD.match(text)) else ""
    for part in (dateline, head):
        days = moments.scan(part).days
        if days and not any(_is_day(day, date) for day in days):
            yield (
                f"“{' '.join(part.split()).rstrip(' –—-')}” has another date than the release "
                f"({date:%B} {date.day}, {date.year}). Make them agree."
            )


def _is_day(day: moments.PrintedMoment, date: datetime.date) -> bool:
    return (day.month, day.day) == (date.month, date.day) and day.year in (0, date.year)


def wrong_days(text: str, day: datetime.date) -> Iterator[str]:
    """Yield a sentence for each “today, Thursday” that does not match the day of publication."""
    for match in _NAMED_DAY.finditer(text):
        named = _DAYS[match["day"].lower()]
        if named != (day.weekday() + _RELATIVE[match["relative"].lower()]) % 7:
            yield (
                f"The text says “{match[0]}”, but the release comes out on "
                f"{ENGLISH_DAYS[day.weekday()]}. Correct the day."
            )


def broken_contacts(text: str) -> Iterator[str]:
    """Yield a sentence for each email address and phone number that looks incomplete."""
    for match in _MAILBOX.finditer(text):
        words = match[0].rstrip(".,'’*_")
        if not _is_sound_mailbox(words):
            yield f"“{words}” does not look like an email address. Check it."
    for match in _LOOSE_MAILBOX.finditer(text):
        yield f"“{match[0].rstrip('.,')}” looks like an email address with a space in it. Check it."
    for pattern in (_AREA_CODE, _DASHED_NUMBER):
        for match in pattern.finditer(text):
            digits = sum(map(str.isdecimal, match[0]))
            if digits != 10:
                yield f"“{match[0]}” has {digits} digits, and a U.S. phone number has 10. Check it."


def _is_sound_mailbox(words: str) -> bool:
    is_mistyped = ".." in words or words.lower().endswith(_MISTYPED_ENDINGS)
    return not is_mistyped and bool(_SOUND_MAILBOX.fullmatch(words))


def names_written_two_ways(text: str) -> Iterator[str]:
    """Yield a sentence for each pair of similar names: one equal word, one letter different."""
    by_word: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for first, last in list(_names(text))[:_MOST_NAMES]:
        by_word[first, 0][last] = f"{first} {last}"
        by_word[last, 1][first] = f"{first} {last}"
    for spellings in by_word.values():
        for one, other in combinations(spellings, 2):
            if _differ_by_a_letter(one, other):
                yield f"“{spellings[one]}” is also written “{spellings[other]}”. Use one spelling."


def _names(text: str) -> dict[tuple[str, str], None]:
    """Return each pair of adjacent capitalized words, without initials, in order."""
    found = {}
    for match in _NAMES.finditer(text):
        words = [_POSSESSIVE.sub("", word) for word in _INITIAL.sub(" ", match[0]).split()]
        pairs = pairwise(words)
        found.update(dict.fromkeys(pair for pair in pairs if not any(map(str.isupper, pair))))
    return found


def _differ_by_a_letter(one: str, other: str) -> bool:
    """Return whether one letter differs, is added or transposed. Plurals count as different."""
    short, long = sorted((one, other), key=len)
    is_plural = long == short + "s" or long == short + "es"
    if len(short) < _SHORTEST_NAME or len(long) - len(short) > 1 or is_plural:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    left, right = short[start:], long[start:]
    is_swapped = len(left) > 1 and left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or is_swapped
