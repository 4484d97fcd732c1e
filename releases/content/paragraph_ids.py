"""The numbers of paragraphs: each is born once, carried from version to version, never given again.

A paragraph keeps its number while it says the same, wherever it moves. Of what is left, the earlier
and the later one most alike belong together, and so on down to half alike: of a paragraph that was
split the larger part keeps the number, of two that were joined the larger one gives it. Every other
paragraph is new.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from releases.content import markup

MIN_SIMILARITY = 0.5  # the share of their words that two paragraphs have in common, from 0 to 1
_MAX_PAIRS = 200_000  # that are compared; in longer texts only those at about the same place
_WORD = re.compile(r"\w+")


def texts(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """The plain text of each paragraph of a snapshot, through body and sections."""
    bodies = (snapshot["body"], *(section["body"] for section in snapshot["sections"]))
    return tuple(text for body in bodies for text in markup.paragraphs(body))


def has_same_words(before: str, after: str) -> bool:
    """Whether two paragraphs have the same words; white space never differs."""
    return before.split() == after.split()


def carry(before: Mapping[int, str], after: Sequence[str], given: int) -> list[int]:
    """The number of each paragraph of the later text. `before` is the earlier one by its numbers;
    `given` is the highest number that any version gave."""
    carried = _match_unchanged(before, after)
    kept = set(carried.values())
    left = {number: text for number, text in before.items() if number not in kept}
    carried |= _match_edited(left, {n: text for n, text in enumerate(after) if n not in carried})
    fresh = count(given + 1)
    return [carried[place] if place in carried else next(fresh) for place in range(len(after))]


def _match_unchanged(before: Mapping[int, str], after: Sequence[str]) -> dict[int, int]:
    """The numbers of those that say the same, by place; of twins, the first goes to the first."""
    numbers = defaultdict(list)
    for number, text in before.items():
        numbers[" ".join(text.split())].append(number)
    places = ((place, numbers.get(" ".join(text.split()))) for place, text in enumerate(after))
    return {place: twins.pop(0) for place, twins in places if twins}


def _match_edited(before: Mapping[int, str], after: Mapping[int, str]) -> dict[int, int]:
    """The numbers of those that are alike, by place, the most alike first."""
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
    """Number and place of all that are alike, behind what orders them: the most alike come first,
    of these the nearest."""
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
    """Its words, the second of the same word told from the first."""
    seen: dict[str, int] = defaultdict(int)
    words = set()
    for word in _WORD.findall(text.lower()):
        seen[word] += 1
        words.add((word, seen[word]))
    return words
