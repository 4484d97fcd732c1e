"""The embargoes that the fields of a record state, those that no field of a release holds too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from releases.parsing import embargoes, moments
from releases.parsing.embargoes import Embargo

HEADER = ("title", "subtitle", "contact", "dateline")
LONGEST = 200  # characters of a value that can be a moment
_KEY = re.compile(
    r"(?:is|news)?embarg(?:o|oed|ado|ada)\w{0,20}|(?:is)?(?:on)?hold(?:until|till|for|date|time"
    r"|release|forrelease)?|(?:release|publish|public|publication|post|available|visible)"
    r"(?:at|on|from|after|until|notbefore)|not(?:forrelease)?before|(?:golive|goeslive)(?:at|on)?"
    r"|(?:scheduled?|lift)(?:for|at|on)|(?:release|publish|publication)(?:time|datetime)",
)
_CAMEL = re.compile(r"[^a-z]")
_NONE = frozenset(("", "0", "no", "none", "false", "n", "n/a", "null", "off", "lifted", "ninguno"))
_UNTIL = re.compile(r"\b(?:embargoed|hold\s+for\s+release)\s+until\b", re.IGNORECASE)
_IN_DATE = re.compile(r"embarg|\bhold\b|\bnot\s+for\b|\bconfidential\b|\bdraft\b", re.IGNORECASE)


def embargoes_of(fields: Mapping[str, Any], text: Mapping[str, str]) -> Iterator[Embargo]:
    """Those of the header fields, read as `text`, of the date, and of keys that name a moment."""
    for name in HEADER:
        yield from _of_header(text[name])
    yield from _of_date(text["date"])
    for key, value in fields.items():
        if len(key) <= LONGEST and _KEY.fullmatch(_CAMEL.sub("", key.lower())):
            yield from _of_key(key, value)


def _of_date(words: str) -> Iterator[Embargo]:
    if dated := embargoes.from_date(words):
        yield dated
    if found := _IN_DATE.search(words):
        yield from embargoes.stated_in(words[found.start() :]) or [Embargo(words[:LONGEST], None)]


def _of_header(words: str) -> Iterator[Embargo]:
    """One behind other words counts where its moment can be read."""
    stated = embargoes.stated_in(words)
    yield from stated
    if not stated and (found := _UNTIL.search(words)):
        behind = embargoes.stated_in(words[found.start() :])
        yield from (embargo for embargo in behind if embargo.printed)


def _of_key(key: str, value: Any) -> Iterator[Embargo]:
    """The moment that the key gives; what cannot be read is an embargo all the same."""
    words = "" if value is None else str(value).strip()
    if words.lower() in _NONE or value in ([], {}):
        return
    stated = embargoes.stated_in(words)
    yield from stated
    if not stated:
        printed = moments.parse(words) if len(words) <= LONGEST else None
        yield Embargo(f"{key}: {words}"[:LONGEST], printed)
