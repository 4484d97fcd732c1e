"""Embargoes stated in a record's fields, including fields that releases do not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from releases.parsing import embargoes, moments
from releases.parsing.embargoes import Embargo

HEADER = ("title", "subtitle", "contact", "dateline")
MAX_LENGTH = 200  # characters of a value that can be a time
_KEY = re.compile(
    r"(?:is|news)?embarg(?:o|oed|ado|ada)\w{0,20}|(?:is)?(?:on)?hold(?:until|till|for|date|time"
    r"|release|forrelease)?|(?:release|publish|public|publication|post|available|visible)"
    r"(?:at|on|from|after|until|notbefore)|not(?:forrelease)?before|(?:golive|goeslive)(?:at|on)?"
    r"|(?:scheduled?|lift)(?:for|at|on)|(?:release|publish|publication)(?:time|datetime)",
)
_NOT_A_LETTER = re.compile(r"[^a-z]")
_NONE = frozenset(("", "0", "no", "none", "false", "n", "n/a", "null", "off", "lifted", "ninguno"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNTIL = re.compile(r"\b(?:embargoed|hold\s+for\s+release)\s+until\b", re.IGNORECASE)
_IN_DATE = re.compile(r"embarg|\bhold\b|\bnot\s+for\b|\bconfidential\b|\bdraft\b", re.IGNORECASE)


def embargoes_of(fields: Mapping[str, Any], text: Mapping[str, str]) -> Iterator[Embargo]:
    """Yield the embargoes of the header fields in `text`, of the date, and of keys that name a
    time."""
    for name in HEADER:
        yield from _of_header(text[name])
    yield from _of_date(text["date"])
    for key, value in fields.items():
        if names_a_time(key):
            yield from _of_key(key, value)


def names_a_time(key: str) -> bool:
    """Return whether a key such as `hold_until` names the moment of a release."""
    return len(key) <= MAX_LENGTH and _is_time_key(key)


@lru_cache(maxsize=256)  # the records of a file share their keys
def _is_time_key(key: str) -> bool:
    return bool(_KEY.fullmatch(_NOT_A_LETTER.sub("", key.lower())))


def _of_date(words: str) -> Iterator[Embargo]:
    if _DAY.fullmatch(words):
        return
    if dated := embargoes.from_date(words):
        yield dated
    if found := _IN_DATE.search(words):
        yield from embargoes.stated_in(words[found.start() :]) or [
            Embargo(words[:MAX_LENGTH], None)
        ]


def _of_header(words: str) -> Iterator[Embargo]:
    """Yield embargoes; one that follows other words must have a clear end."""
    stated = embargoes.stated_in(words)
    yield from stated
    if not stated and (found := _UNTIL.search(words)):
        rest = embargoes.stated_in(words[found.start() :])
        yield from (embargo for embargo in rest if embargo.printed)


def _of_key(key: str, value: Any) -> Iterator[Embargo]:
    """Yield the key's embargo, without an end if the value is unclear."""
    words = "" if value is None else str(value).strip()
    if words.lower() in _NONE or value in ([], {}):
        return
    stated = embargoes.stated_in(words)
    yield from stated
    if not stated:
        printed = moments.parse(words) if len(words) <= MAX_LENGTH else None
        yield Embargo(f"{key}: {words}"[:MAX_LENGTH], printed)
