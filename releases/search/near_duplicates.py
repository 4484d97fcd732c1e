"""Results that print almost the same text, folded under the best of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from releases.models import Release
from releases.search.hits import Hit

COMPARED = 1_500  # characters of the text that are compared
MIN_SHARED = 0.6  # share of the pairs of words in either text that both have
MAX_UNSHARED = (1 - MIN_SHARED) / (1 + MIN_SHARED)  # of all pairs of both texts
BITS = 1024  # of an outline; a text has some 250 pairs
MAX_OUTLINES = 1 << 12  # of 300 bytes

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


class Outline(NamedTuple):
    """Bits that a text's pairs of words set, and at least the number of these pairs."""

    bits: int
    pairs: int

    def may_resemble(self, other: Outline) -> bool:
        """Return False only if the texts share too few pairs."""
        # A bit that only one text sets is of a pair that only that text has.
        unshared = (self.bits ^ other.bits).bit_count()
        return unshared <= MAX_UNSHARED * (self.pairs + other.pairs) + 1  # of rounding


# By the hash of the text. Reading the words of twenty texts takes a tenth of a search.
_known_outlines: dict[int, Outline] = {}


class _Text:
    """Beginning of a release's text."""

    def __init__(self, release: Release) -> None:
        self._beginning = release.body[:COMPARED]
        self._outline = self._known_outline()

    def resembles(self, other: _Text) -> bool:
        """Compare the pairs of words, if the outlines leave it open, which is faster to see."""
        is_possible = self._outline.may_resemble(other._outline)
        return is_possible and _are_similar(self._pairs, other._pairs)

    @cached_property
    def _pairs(self) -> Pairs:
        """Neighboring words."""
        return frozenset(pairwise(_words(self._beginning)))

    def _known_outline(self) -> Outline:
        key = hash(self._beginning)
        found = _known_outlines.get(key)
        if found is None:
            if len(_known_outlines) >= MAX_OUTLINES:
                _known_outlines.clear()
            found = _known_outlines[key] = _outline(_words(self._beginning))
        return found


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


def _outline(words: list[str]) -> Outline:
    hashes = np.fromiter(map(hash, words), np.int64, len(words))
    flags = np.zeros(BITS, bool)
    flags[(hashes[:-1] * 3 ^ hashes[1:]) % BITS] = True  # of each pair of neighbors
    return Outline(int.from_bytes(np.packbits(flags).tobytes()), len(words))


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
