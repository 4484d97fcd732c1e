"""Results that print almost the same text, folded under the best of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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

    bits: bytes
    pairs: int


# By the hash of the text. Reading the words of twenty texts takes a tenth of a search.
_known_outlines: dict[int, Outline] = {}


class _Text:
    """Beginning of a release's text."""

    def __init__(self, release: Release) -> None:
        self._beginning = release.body[:COMPARED]
        self.outline = self._known_outline()

    def resembles(self, other: _Text) -> bool:
        """Compare the pairs of words."""
        return _are_similar(self._pairs, other._pairs)

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
    found = list(hits)
    texts = [_Text(hit.release) for hit in found]
    groups: dict[int, Group] = {}
    for number, possible in enumerate(_may_resemble([text.outline for text in texts])):
        others = (n for n in groups if possible[n] and texts[number].resembles(texts[n]))
        if (first := next(others, None)) is None:
            groups[number] = Group(found[number])
        else:
            groups[first].similar.append(found[number])
    return [*groups.values()]


def _may_resemble(outlines: Sequence[Outline]) -> list[list[bool]]:
    """Return whether each text may resemble each; False only if they share too few pairs."""
    # A bit that only one text sets is of a pair that only that text has.
    if not outlines:
        return []
    bits = np.frombuffer(b"".join(each.bits for each in outlines), np.uint64)
    rows = bits.reshape(len(outlines), BITS // 64)
    pairs = np.array([each.pairs for each in outlines])
    unshared = np.bitwise_count(rows[:, None] ^ rows).sum(axis=2, dtype=int)
    possible: NDArray[np.bool_] = unshared <= MAX_UNSHARED * (pairs[:, None] + pairs) + 1
    return possible.tolist()  # with 1 for rounding


def _outline(words: list[str]) -> Outline:
    hashes = np.fromiter(map(hash, words), np.int64, len(words))
    flags = np.zeros(BITS, bool)
    flags[(hashes[:-1] * 3 ^ hashes[1:]) % BITS] = True  # of each pair of neighbors
    return Outline(np.packbits(flags).tobytes(), len(words))


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
