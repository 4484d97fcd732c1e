"""Results that print almost the same text, folded under the best of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from releases.models import Release
from releases.search.hits import Hit

COMPARED = 1_500  # characters of the text that are compared
MIN_SHARED = 0.6  # share of the pairs of words in either text that both have

_WORD = re.compile(r"\w+")
# For texts in ASCII but for these marks: several times as fast as the pattern.
_MARKS = "“”‘’–—…•\u00a0"
_FOLDED = {code: chr(code).lower() if _WORD.match(chr(code)) else " " for code in range(128)}

Pairs = frozenset[tuple[str, str]]


@dataclass
class Group:
    """A result, and those after it that print almost the same."""

    first: Hit
    similar: list[Hit] = field(default_factory=list)


class _Text:
    """Beginning of a release's text, as words."""

    def __init__(self, release: Release) -> None:
        self.words = _words(release.body[:COMPARED])
        self.distinct = frozenset(self.words)

    @cached_property
    def pairs(self) -> Pairs:
        """Neighboring words."""
        return frozenset(pairwise(self.words))

    def resembles(self, other: _Text) -> bool:
        """Compare the pairs of words, if the words alone leave it open, which is faster to see."""
        return self._may_resemble(other) and _are_similar(self.pairs, other.pairs)

    def _may_resemble(self, other: _Text) -> bool:
        # A word that only one text has is in a pair that only that text has; the first and the
        # second word of a text may be in the same. Similar texts share all pairs but a few.
        shared = len(self.distinct & other.distinct)
        unshared = len(self.distinct) + len(other.distinct) - 2 * shared
        shorter = min(len(self.words), len(other.words))
        return unshared - 2 <= (1 - MIN_SHARED) / MIN_SHARED * shorter


def fold_similar(hits: Iterable[Hit]) -> list[Group]:
    """Return the results in their order, each among the first it resembles."""
    groups: list[tuple[_Text, Group]] = []
    for hit in hits:
        text = _Text(hit.release)
        if group := next((group for other, group in groups if text.resembles(other)), None):
            group.similar.append(hit)
        else:
            groups.append((text, Group(hit)))
    return [group for _, group in groups]


def _words(text: str) -> list[str]:
    plain = text
    for mark in _MARKS:
        plain = plain.replace(mark, " ")
    if plain.isascii():
        return plain.translate(_FOLDED).split()
    return _WORD.findall(text.casefold())


def _are_similar(some: Pairs, others: Pairs) -> bool:
    if not (some and others):
        return False
    shared = len(some & others)
    return shared >= MIN_SHARED * (len(some) + len(others) - shared)
