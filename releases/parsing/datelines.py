"""Dateline: the place printed at the head of a release, before the dash.

The forms are those of the AP Stylebook ("LOS ANGELES (AP) -- ", "MADISON, Wis., July 19 - ") and
the variants of offices: any dash, a date inside, parentheses around, a missing dash.
"""

import re
from dataclasses import dataclass
from itertools import islice

from releases.parsing import dates
from releases.parsing.alternatives import (
    INSTITUTION_WORDS,
    LOWERCASE_IN_TITLES,
    NOT_PLACE_WORDS,
    PLACE_PARTICLES,
    STATE_NAMES,
    STATES,
    phrase_pattern,
)

_STATE = rf"(?:{phrase_pattern(*STATES)})\.?(?!\w)"

_DASH = re.compile(
    r"(?<!\s)\s*+(?:-{2,}|[\u2010-\u2015\u2212\u2e3a\u2e3b]+)\s*"
    r"|(?<!\s)\s++[-~](?:\s+|(?=[^\Wa-z]|[“\"‘'(]))"
    r"|(?<!\s)\s*+-\s+"
    r"|(?<=\.)-(?=[A-Z])"  # "D.C.-House"
    r"|(?<=, [A-Z]{2})-(?=[A-Z])"  # "DC-House"
    r"|(?<=\)):\s+"  # "Calif. (May 3, 2012): "
    r"|(?<!\s)\s*+(?P<mangled>\?{1,3}|\ufffd{1,3}|[|·•_¬ÐÑ…]|\.{3})\s+(?=[^\Wa-z]|[“\"])"
)
# "LAKEPORT The county": only before an article, since other words can be part of a name.
_CAPITALS = re.compile(
    r"(?<!.)(?P<city>[A-ZÀ-Ý][A-ZÀ-Ý.'’-]{3,}(?: [A-ZÀ-Ý.'’-]{2,}){0,3}) (?=(?:The|Today) )"
)
_JOINT = re.compile(r"(?<![\s,])(?:\s*/\s*|,?\s+(?:and|y|e|&)\s+)", re.IGNORECASE)
# "New York" and "Washington" are cities, too.
_ONLY_STATE = re.compile(
    rf"{_STATE}|(?!new\s|washington)(?:{phrase_pattern(STATE_NAMES)})", re.IGNORECASE
)
_MISSING_DASH = re.compile(
    rf"(?<![A-ZÀ-Ý.'’ -])(?P<city>[A-ZÀ-Ý][A-ZÀ-Ý.'’ -]++), (?P<state>{_STATE}),?"
    r"(?P<gap>\s+)(?=[A-ZÀ-Ý“\"])"
)
_MONTH_DAY = re.compile(r"(?:,|(?<!\s))\s*+\(?[^\W\d_]{3,9}\.?\s++\d{1,2}(?:st|nd|rd|th)?\)?$")
_BRACKETS = re.compile(r"(?<!\s)\s*+\([^()]*+\)?$")
_WIRE = re.compile(r"(?<!\s)\s*+/[\w .-]{2,30}/$")  # "/PRNewswire/"
_EDGE_CHARACTERS = " ,|()[]–—-"
_STATE_AFTER = re.compile(rf"(?<!\s)\s++{_STATE}$")
_ENDS_SENTENCE = re.compile(r"(?<![AP]\.M)[.!?][”’\"')\]]*$")
_CHINESE_SENTENCE = re.compile(r"[。！？][」』”）]?$")
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_MAX_DASH_OFFSET = 90  # characters before the dash of the longest dateline


@dataclass(frozen=True)
class Dateline:
    """A dateline: its city without the state, and its full date if it has one.

    `has_only_dash` marks a city that only the dash shows: no capitals, state or date.
    """

    city: str
    date: dates.PrintedDate | None
    has_only_dash: bool


def find(paragraph: str) -> Dateline | None:
    """Return the dateline that begins the paragraph, if text follows it.

    >>> find("LOS ANGELES -- The Attorney General today signed an accord.").city
    'LOS ANGELES'
    """
    head = paragraph[: _MAX_DASH_OFFSET + 10]
    for dash in _DASH.finditer(head, 0, _MAX_DASH_OFFSET):
        place = parse_place(head[: dash.start()])
        if place and reads_as_prose(paragraph[dash.end() :]):
            words = head[: dash.start()]
            has_only_dash = words == place[0] and not _is_in_capitals(words)
            is_no_place = dash["mangled"] or words.startswith("The ") or _names_institution(words)
            if not has_only_dash or not is_no_place:
                return Dateline(*place, has_only_dash=has_only_dash)
    lost = _MISSING_DASH.match(head) or _CAPITALS.match(head)
    if lost and is_city(lost["city"]) and reads_as_prose(paragraph[lost.end() :]):
        return Dateline(_STATE_AFTER.sub("", lost["city"]), None, has_only_dash=False)
    return _find_dated(paragraph, head)


def _find_dated(paragraph: str, head: str) -> Dateline | None:
    """Return a dateline in capitals that a date ends, without a dash."""
    if not head[:4].isupper():
        return None
    printed = next(iter(dates.find(head)), None)
    place = (
        parse_place(head[: printed.end]) if printed and printed.start < _MAX_DASH_OFFSET else None
    )
    if not printed or not place or not place[0].isupper() or place[0].count(" ") > 2:
        return None
    rest = paragraph[printed.end :].lstrip(" ,.)")
    return (
        Dateline(*place, has_only_dash=False)
        if rest[:1].isupper() and reads_as_prose(rest)
        else None
    )


def parse_place(words: str) -> tuple[str, dates.PrintedDate | None] | None:
    """Parse "CITY, State (date)" and its variants into the city and the date."""
    words = _WIRE.sub("", words)
    printed = dates.find(words)
    date = printed[-1] if printed else None
    place = (words[: date.start] if date else words).lstrip("([ ").rstrip(_EDGE_CHARACTERS)
    place = _BRACKETS.sub("", _MONTH_DAY.sub("", place)).rstrip(_EDGE_CHARACTERS)
    if joint := _parse_joint_place(place):
        return joint, date
    city, _, state = place.partition(",")
    city = _STATE_AFTER.sub("", city).strip()
    return (city, date) if is_city(city) and _is_state(state) else None


def _parse_joint_place(place: str) -> str:
    """Return the cities of "SPRINGFIELD, Ill., and SHELBYVILLE" without their states, else ""."""
    parts = _JOINT.split(place)
    if len(parts) < 2:
        return ""
    names, has_state = [], False
    for part in parts:
        first, *others = [each.strip() for each in part.split(",")]
        is_state = len(others) == 1 and bool(_ONLY_STATE.fullmatch(others[0]))
        has_state = has_state or is_state
        names += [first] if is_state else [first, *others]
    if not all(map(is_city, names)) or not (has_state or all(map(str.isupper, names))):
        return ""
    if not has_state:
        return place
    mark = "/" if "/" in place else " and "
    return mark.join(names)


def _is_in_capitals(words: str) -> bool:
    return all(
        word.isupper() or word.lower() in PLACE_PARTICLES | {"and"} for word in words.split()
    )


def _names_institution(words: str) -> bool:
    return any(word.strip(".").lower() in INSTITUTION_WORDS for word in words.split())


def is_city(words: str) -> bool:
    """Return whether the words look like a place name: one to five, capitalized, none a label."""
    parts = words.split(" ")
    return (
        len(parts) <= 5
        and all(_WORD.fullmatch(part) for part in parts)
        and all(part[0].isupper() or part in PLACE_PARTICLES for part in parts)
        and not any(part.strip(".").lower() in NOT_PLACE_WORDS for part in parts)
        and parts[0][0].isupper()
    )


def _is_state(words: str) -> bool:
    parts = words.replace(",", " ").split()
    return len(parts) <= 4 and all(_WORD.fullmatch(part) and part[0].isupper() for part in parts)


def reads_as_prose(text: str) -> bool:
    """Return whether the text has the small words of a sentence, which titles lack."""
    head = text[:2000]
    if head.isupper() and _ENDS_SENTENCE.search(head):
        head = head.lower()
    words = (word.rstrip(",.;:،؛") for word in head.split())
    small = (word for word in words if _is_small(word) and word not in LOWERCASE_IN_TITLES)
    return len(list(islice(small, 2))) == 2 or bool(_CHINESE_SENTENCE.search(head))


def _is_small(word: str) -> bool:
    """Return whether the word is in lowercase, or in a script that has no capitals."""
    return word.islower() or (word[:1].isalpha() and word.upper() == word.lower())
