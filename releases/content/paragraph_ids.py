"""Permanent paragraph numbers, carried from version to version and never reused.

A paragraph with unchanged words keeps its number, wherever it moves. The rest are matched by
similarity, the most similar pairs first, down to half the words in common: the larger part of a
split paragraph keeps its number, and a merged paragraph takes that of its larger part. Every other
paragraph is new.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from releases.content import markup

MIN_SIMILARITY = 0.5  # share of common words, from 0 to 1
_MAX_PAIRS = 200_000  # compared; in longer texts only pairs at about the same position
_WORD = re.compile(r"\w+")


def texts(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the plain text of each paragraph of a snapshot, in the body and the sections."""
    bodies = (snapshot["body"], *(section["body"] for section in snapshot["sections"]))
    return tuple(text for body in bodies for text in markup.paragraphs(body))


def has_same_words(before: str, after: str) -> bool:
    """Compare two paragraphs, ignoring white space."""
    return before.split() == after.split()


def carry(before: Mapping[int, str], after: Sequence[str], highest_used: int) -> list[int]:
    """Return the number of each paragraph of the later text.

    `before` is the earlier text by number; `highest_used` is the highest number of any version.
    """
    carried = _match_unchanged(before, after)
    kept = set(carried.values())
    left = {number: text for number, text in before.items() if number not in kept}
    carried |= _match_edited(left, {n: text for n, text in enumerate(after) if n not in carried})
    fresh = count(highest_used + 1)
    return [carried[place] if place in carried else next(fresh) for place in range(len(after))]


def _match_unchanged(before: Mapping[int, str], after: Sequence[str]) -> dict[int, int]:
    """Return the numbers of unchanged paragraphs, by position; duplicates match in order."""
    numbers = defaultdict(list)
    for number, text in before.items():
        numbers[" ".join(text.split())].append(number)
    places = ((place, numbers.get(" ".join(text.split()))) for place, text in enumerate(after))
    return {place: twins.pop(0) for place, twins in places if twins}


def _match_edited(before: Mapping[int, str], after: Mapping[int, str]) -> dict[int, int]:
    """Return the numbers of similar paragraphs, by position, the most similar first."""
    carried: dict[int, int] = {}
    taken = set()
    for _, _, number, place in sorted(_similar_pairs(before, after)):
        if place not in carried and number not in taken:
            carried[place] = number
            taken.add(number)
    return carried


def _similar_pairs(
    before: Mapping[int, str], after: Mapping[int, str]
) -> Iterator[tuple[float, int, int, int]]:
    """Yield the sort key, number and position of similar paragraphs: by similarity, then
    distance."""
    earlier = [(number, _counted_words(text)) for number, text in before.items()]
    later = [(place, _counted_words(text)) for place, text in after.items()]
    reach = _MAX_PAIRS // (2 * len(earlier) + 1)
    for i, (number, words) in enumerate(earlier):
        start = max(0, i - reach)
        for j, (place, others) in enumerate(later[start : i + reach + 1], start):
            similarity = 2 * len(words & others) / (len(words) + len(others) or 1)
            if similarity >= MIN_SIMILARITY:
                yield -similarity, abs(i - j), number, place


def _counted_words(text: str) -> set[tuple[str, int]]:
    """Return the words, each with its occurrence number."""
    seen: dict[str, int] = defaultdict(int)
    words = set()
    for word in _WORD.findall(text.lower()):
        seen[word] += 1
        words.add((word, seen[word]))
    return words
