"""Numbers in figures and in words: 21st and twenty-first, the 1990s and the nineties, $1M and one
million. Initials with dots, spaces or neither. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from releases.search.analysis.analyzer import fold, words
from releases.search.query.tree import DateRange


class Numeral(NamedTuple):
    """Other ways to print text[start:end]: as one folded word, as an exact phrase, or as a date."""

    start: int
    end: int
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    days: tuple[DateRange, ...] = ()


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numerals and initials of a query."""
    yield from chain(_matches(_ORDINAL, text, _ordinal), _matches(_DECADE, text, _decade))
    yield from _matches(_SPELLED_AMOUNT, text, _spelled_amount)
    yield from _matches(_INITIALS, text, _initials)
    yield from _amounts(text)


def _matches(
    pattern: re.Pattern[str], text: str, read: Callable[[re.Match[str]], Numeral | None]
) -> Iterator[Numeral]:
    return filter(None, map(read, pattern.finditer(text)))


# Ordinals

_ONES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TEENS = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _spelled_ordinals() -> Iterator[tuple[int, str]]:
    """Yield 1 to 99 with their words, joined: 21, twentyfirst."""
    yield from enumerate([*_ONES, *_TEENS], 1)
    for ten, name in enumerate(_TENS, 2):
        yield ten * 10, name.removesuffix("y") + "ieth"
        yield from ((ten * 10 + one, name + spelled) for one, spelled in enumerate(_ONES, 1))


_WORDS_BY_NUMBER = dict(_spelled_ordinals())
_NUMBERS_BY_WORD = {word: number for number, word in _WORDS_BY_NUMBER.items()}
_ORDINAL = re.compile(
    rf"\b(?:(?P<figure>\d{{1,2}})(?:st|nd|rd|th)"
    rf"|(?P<word>(?:(?:{'|'.join(_TENS)})[\s\-\u2010\u2011]?)?(?:{'|'.join(_ONES)})"
    rf"|{'|'.join(_TEENS)}|(?:{'|'.join(name.removesuffix('y') for name in _TENS)})ieth))\b",
    re.IGNORECASE,
)


def _ordinal(match: re.Match[str]) -> Numeral | None:
    if match["word"]:
        joined = re.sub(r"[^a-z]", "", match["word"].lower())
        number = _NUMBERS_BY_WORD[joined]
        return Numeral(*match.span(), (f"{number}{_suffix(number)}",))
    spelled = _WORDS_BY_NUMBER.get(int(match["figure"]))
    return Numeral(*match.span(), (spelled,)) if spelled else None


def _suffix(number: int) -> str:
    return "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


# Decades

_DECADES = dict(
    zip([name.removesuffix("y") + "ies" for name in _TENS], range(20, 100, 10), strict=True)
)
_SPANISH_DECADES = dict(
    zip(
        ["veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
        range(20, 100, 10),
        strict=True,
    )
)
_DECADE = re.compile(
    rf"\b(?P<century>1[5-9]|20)(?P<ten>\d)0['’]?s\b|\b(?P<short>[2-9]0)['’]?s\b"
    rf"|\b(?P<name>{'|'.join(_DECADES)})\b"
    rf"|\b(?:d[eé]cada\s+de\s+)?(?:los\s+)?a[ñn]os\s+(?:(?P<figures>(?:19)?[2-9]0)"
    rf"|(?P<spanish>{'|'.join(_SPANISH_DECADES)}))\b"
    rf"|\bd[eé]cada\s+de\s+(?P<year>(?:19|20)\d0)\b",
    re.IGNORECASE,
)


def _decade(match: re.Match[str]) -> Numeral:
    first = _first_year(match.groupdict())
    days = (DateRange.in_years(first, first + 9),)
    in_words = [word for word, ten in _DECADES.items() if first == 1900 + ten]
    short = [f"{first % 100}s"] if in_words else []
    return Numeral(*match.span(), (f"{first}s", *short, *in_words), days=days)


def _first_year(parts: dict[str, str | None]) -> int:
    """Return the first year of a decade; one without a century is of the twentieth."""
    if parts["century"]:
        return int(f"{parts['century']}{parts['ten']}0")
    if named := parts["name"]:
        return 1900 + _DECADES[named.lower()]
    if named := parts["spanish"]:
        return 1900 + _SPANISH_DECADES[named.lower()]
    figures = int(parts["year"] or parts["figures"] or parts["short"] or 0)
    return figures if figures > 100 else 1900 + figures


# Amounts

_TO_TEN = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_COUNTS = dict(zip([*_TO_TEN, *_TENS], [*range(1, 11), *range(20, 100, 10)], strict=True))
_NAMES_OF_COUNTS = {count: name for name, count in _COUNTS.items()}
_MAGNITUDES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SPELLED_AMOUNT = re.compile(
    rf"\b(?P<larger>(?:hundred(?:\sand)?|{'|'.join(_COUNTS)})[\s\-])?"
    rf"(?P<count>an?|{'|'.join(_COUNTS)})[\s\-](?P<magnitude>{'|'.join(_MAGNITUDES)})\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£¥]?(\d{1,18})", re.ASCII)
MIN_AMOUNT = 10**6  # that is the same with a currency sign and without


def _spelled_amount(match: re.Match[str]) -> Numeral | None:
    if match["larger"]:  # twenty-five million is not five million
        return None
    factor = _COUNTS.get(match["count"].lower(), 1)
    return Numeral(*match.span(), (str(factor * _MAGNITUDES[match["magnitude"].lower()]),))


def _amounts(text: str) -> Iterator[Numeral]:
    """Yield large amounts, without their currency and in words."""
    for word in words(text):
        money = _MONEY.fullmatch(word.query_forms[0]) if len(word.query_forms) == 1 else None
        if money and (value := int(money[1])) >= MIN_AMOUNT:
            yield Numeral(word.start, word.end, (str(value),), tuple(_spelled(value)))


def _spelled(value: int) -> Iterator[str]:
    for name, size in _MAGNITUDES.items():
        if value % size == 0 and (count := _NAMES_OF_COUNTS.get(value // size)):
            yield f"{count} {name}"


# Initials

_INITIALS = re.compile(
    r"(?<![\w.])(?:[A-Z](?:\.[A-Z]){1,2}\.?|[A-Z]\.(?:[ ][A-Z]\.){1,2}|[A-Z]{2,3})(?![\w.])"
)


def _initials(match: re.Match[str]) -> Numeral:
    """Return J.R., J. R. or JR as the others."""
    letters = re.sub(r"[^A-Z]", "", match[0])
    spaced = (" ".join(letters.lower()),) if " " not in match[0] else ()
    return Numeral(*match.span(), (fold(letters),), spaced)
