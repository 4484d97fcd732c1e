"""Numbers in figures and in words: 21st and twenty-first, the 1990s and the nineties, $1M and one
million dollars, 9/11 and nine eleven. Initials with dots, spaces or neither. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from releases.parsing.calendars import MONTHS
from releases.search.analysis.analyzer import fold, normalize_amount, words
from releases.search.query.tree import DateRange


class Numeral(NamedTuple):
    """Other ways to print text[start:end]: as one folded word, as an exact phrase, or as a date.

    With a `form`, the words of the text mean something else by themselves: nine, one, one.
    """

    start: int
    end: int
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    days: tuple[DateRange, ...] = ()
    form: str = ""


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numerals and initials of a query."""
    yield from chain(_matches(_ORDINAL, text, _ordinal), _matches(_DECADE, text, _decade))
    yield from _matches(_DAY, text, _day)
    yield from _matches(_FIGURES, text, _figures)
    yield from _matches(_DIALED, text, _dialed)
    yield from _matches(_SLASHED, text, _slashed)
    yield from _matches(_SPELLED_AMOUNT, text, _spelled_amount)
    yield from _matches(_SHORT_AMOUNT, text, _short_amount)
    yield from _matches(_INITIALS, text, _initials)
    yield from _amounts(text)


def as_printed(text: str) -> str:
    """Return the text with figures in words as most releases print them: 911, 9 11."""
    return _FIGURES.sub(_printed_figures, text)


def _printed_figures(match: re.Match[str]) -> str:
    found = _figures(match)
    return found.words[0] if found.words else found.phrases[-1]


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
SPELLED_ORDINAL = (
    rf"(?:(?:{'|'.join(_TENS)})[\s\-\u2010\u2011]?)?(?:{'|'.join(_ONES)})"
    rf"|{'|'.join(_TEENS)}|(?:{'|'.join(name.removesuffix('y') for name in _TENS)})ieth"
)
_ORDINAL = re.compile(
    rf"\b(?:(?P<figure>\d{{1,2}})(?:st|nd|rd|th)|(?P<word>{SPELLED_ORDINAL}))\b", re.IGNORECASE
)
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b"
NO_COUNTED = (  # after an ordinal that counts something else: in March, fourth quarter
    r"(?!\s+(?:quarter|floor|street|avenue|circuit|district|grade|grader|graders|amendment|degree"
    r"|round|half|edition|century|time|place|person|week|year|phase)\b)"
)
_ORDINAL_DAY = rf"\d{{1,2}}(?:st|nd|rd|th)|{SPELLED_ORDINAL}"
_DAY = re.compile(
    rf"(?:(?<=\s)|^)(?:{_MONTH}\.?\s+(?:the\s+)?(?P<after>{_ORDINAL_DAY})\b{NO_COUNTED}"
    rf"|(?P<before>{_ORDINAL_DAY})\s+(?:of\s+)?{_MONTH}\.?)",
    re.IGNORECASE,
)


def read_ordinal(text: str) -> int:
    """Return the number of 21, 21st or twenty-first."""
    figures = re.sub(r"\D", "", text)
    return int(figures or _NUMBERS_BY_WORD[re.sub(r"[^a-z]", "", text.lower())])


def _ordinal(match: re.Match[str]) -> Numeral | None:
    number = read_ordinal(match[0])
    spelled = _WORDS_BY_NUMBER.get(number)
    other = f"{number}{ordinal_suffix(number)}" if match["word"] else spelled
    return Numeral(*match.span(), (other,)) if other else None


def _day(match: re.Match[str]) -> Numeral:
    """Return the day of a month as a figure, as most dates print it."""
    start, end = match.span("after" if match["after"] else "before")
    return Numeral(start, end, (str(read_ordinal(match.string[start:end])),))


def ordinal_suffix(number: int) -> str:
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
    rf"|\b(?P<nineteen>nineteen[\s\-])?(?P<name>{'|'.join(_DECADES)})\b"
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
    # The nineties are also degrees and ages. A year may be a number of people, as 2,005.
    has_century = match["nineteen"] or re.search(r"\d{4}", match[0])
    years = map(str, range(first, first + 10) if has_century else ())
    return Numeral(*match.span(), (f"{first}s", *short, *in_words, *years), days=days)


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


# Figures in words

_TO_TEN = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_TO_NINETEEN = [*_TO_TEN, "eleven", "twelve", *(f"{name}teen" for name in ("thir", "four", "fif"))]
_TO_NINETEEN += ["sixteen", "seventeen", "eighteen", "nineteen"]
_SMALL = dict(zip([*_TO_NINETEEN, *_TENS], [*range(1, 20), *range(20, 100, 10)], strict=True))
_ONE_FIGURE = (
    rf"(?>(?:{'|'.join(_TENS)})[\s\-](?:{'|'.join(_TO_TEN[:9])})\b"
    rf"|(?:{'|'.join(sorted(_SMALL, key=len, reverse=True))})\b)"
)
_MAGNITUDES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_FIGURES = re.compile(
    rf"\b{_ONE_FIGURE}(?:[\s\-/]+(?:to\s+)?{_ONE_FIGURE}){{1,2}}"
    rf"(?![\s\-]+(?:hundred|{'|'.join(_MAGNITUDES)})\b)",
    re.IGNORECASE,
)
_DIALED = re.compile(r"(?<![\w.,$€£¥#-])\d-?\d-?\d(?![\w%]|[.,-]\d)", re.ASCII)
_SLASHED = re.compile(r"(?<![\w/.,])\d{1,2}/\d{1,2}(?![\w/]|[.,]\d)")


def _read_figure(text: str) -> int:
    return sum(_SMALL[name] for name in re.split(r"[\s\-]", text.lower()))


def _figures(match: re.Match[str]) -> Numeral:
    """Return figures that are said in words: nine eleven, five to four, nineteen eighty-four."""
    said = re.findall(_ONE_FIGURE, match[0].lower())
    figures = list(map(_read_figure, said))
    is_year = len(figures) == 2 and 15 <= figures[0] <= 20 and 10 <= figures[1] <= 99
    is_number = len(figures) == 3 and max(figures) < 10
    printed = list(map(str, figures))
    return Numeral(
        *match.span(),
        ("".join(printed),) if is_year or is_number else (),
        (
            match[0],
            " ".join(printed),
            *([" to ".join(printed)] if " to " in match[0].lower() else []),
        ),
        form="-".join(printed),
    )


def _dialed(match: re.Match[str]) -> Numeral | None:
    """Return figures that may be said one by one: 911, 9-1-1."""
    figures = re.findall(r"\d", match[0])
    if "0" in figures:
        return None
    said = " ".join(_TO_TEN[int(figure) - 1] for figure in figures)
    return Numeral(*match.span(), ("".join(figures),), (" ".join(figures), said))


def _slashed(match: re.Match[str]) -> Numeral:
    """Return figures with a slash, which are one expression: 9/11, 24/7."""
    printed = match[0].split("/")
    return Numeral(*match.span(), phrases=(" ".join(printed),), form="-".join(printed))


# Amounts

_NAMES = {number: name for name, number in _SMALL.items()} | {
    10 * ten + one: f"{name} {_TO_TEN[one - 1]}"
    for ten, name in enumerate(_TENS, 2)
    for one in range(1, 10)
}
_CURRENCIES = {
    **dict.fromkeys(("dollars", "dollar", "dólares", "dolares", "bucks", "usd"), "$"),
    **dict.fromkeys(("euros", "euro", "eur"), "€"),
    **dict.fromkeys(("pounds", "pound", "gbp"), "£"),
}
_CURRENCY = rf"(?P<currency>{'|'.join(_CURRENCIES)})\b"
_NAME = "|".join(_SMALL)
_SPELLED_AMOUNT = re.compile(
    rf"\b(?P<hundred>hundred(?:\s(?:and|or|point|to))?[\s\-])?"
    rf"(?:(?P<whole>{_ONE_FIGURE}|(?<![.,])\d{{1,3}}(?:\.\d+)?)[\s\-](?P<link>and|or|point|to)[\s\-])?"
    rf"(?:(?P<larger>{_NAME})[\s\-])?"
    rf"(?P<count>(?:an?[\s\-])?half(?:[\s\-]an?)?|an?|{_NAME})[\s\-]"
    rf"(?P<magnitude>{'|'.join(_MAGNITUDES)})\b(?:[\s\-]+{_CURRENCY})?",
    re.IGNORECASE,
)
_FIGURE = r"\d{1,3}(?:,\d{3}){1,5}|\d{1,15}(?:\.\d{1,9})?"
_SHORT_AMOUNT = re.compile(
    rf"(?<![\w.,$€£¥])(?:(?P<code>usd|eur|gbp)\s*)?"
    rf"(?P<amount>(?:{_FIGURE})(?:(?P<suffix>k|m|b|bn)|[\s\-]+(?:{'|'.join(_MAGNITUDES)}))?)\b"
    rf"(?:[\s\-]+{_CURRENCY})?",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£¥]?(\d{1,18})", re.ASCII)
MIN_AMOUNT = 10**6  # that is the same with a currency sign and without


def _spelled_amount(match: re.Match[str]) -> Numeral | None:
    larger, count = ((match[name] or "").lower() for name in ("larger", "count"))
    is_pair = larger in _TENS and count in _TO_TEN[:9]
    if match["hundred"] or (larger and not is_pair):
        return None  # one hundred five million is not five million
    share = Decimal("0.5") if "half" in count else Decimal(_SMALL.get(count, 1))
    if (total := _with_whole(match, share + _SMALL.get(larger, 0))) is None:
        return None
    value = int(total * _MAGNITUDES[match["magnitude"].lower()])
    printed = _printed(str(value), match["currency"])
    said = match.string[match.start() : match.end("magnitude")]
    return Numeral(*match.span(), printed, (said,), form=printed[0])


def _with_whole(match: re.Match[str], last: Decimal) -> Decimal | None:
    """Return three and a half, or three point five; None for six to eight."""
    whole, link = match["whole"], match["link"]
    if not whole:
        return last
    figure = Decimal(whole if whole[0].isdecimal() else _read_figure(whole))
    if link.lower() == "point" and figure % 1 == last % 1 == 0:
        return Decimal(f"{int(figure)}.{last}")
    return figure + last if link.lower() == "and" and last == Decimal("0.5") else None


def _short_amount(match: re.Match[str]) -> Numeral | None:
    """Return an amount with its currency in words, or with a decimal and a suffix: 2m dollars."""
    currency = match["currency"] or match["code"]
    if not (currency or (match["suffix"] and "." in match["amount"])):
        return None
    value = normalize_amount(match["amount"])
    spelled = tuple(_spelled(int(value))) if value.isdecimal() else ()
    return Numeral(*match.span(), _printed(value, currency), spelled)


def _printed(value: str, currency: str | None) -> tuple[str, ...]:
    """Return an amount with the sign of its currency, if any, and without if it is large."""
    signed = (_CURRENCIES[currency.lower()] + value,) if currency else ()
    return (*signed, value) if not signed or float(value) >= MIN_AMOUNT else signed


def _amounts(text: str) -> Iterator[Numeral]:
    """Yield large amounts, without their currency and in words."""
    for word in words(text):
        money = _MONEY.fullmatch(word.query_forms[0]) if len(word.query_forms) == 1 else None
        if money and (value := int(money[1])) >= MIN_AMOUNT:
            yield Numeral(word.start, word.end, (str(value),), tuple(_spelled(value)))


def _spelled(value: int) -> Iterator[str]:
    for name, size in _MAGNITUDES.items():
        if value % size == 0 and (count := _NAMES.get(value // size)):
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
