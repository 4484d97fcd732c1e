"""Results that print almost the same text, folded under the best of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from releases.models import Release
from releases.search.hits import Hit

COMPARED = 1_500  # characters of the text that are compared
MIN_SHARED = 0.6  # share of the pairs of words in either text that both have

_WORD = re.compile(r"\w+")

Pairs = frozenset[tuple[str, str]]


@dataclass
class Group:
    """A result, and those after it that print almost the same."""

    first: Hit
    similar: list[Hit] = field(default_factory=list)


def fold_similar(hits: Iterable[Hit]) -> list[Group]:
    """Return the results in their order, each among the first it resembles."""
    groups: list[tuple[Pairs, Group]] = []
    for hit in hits:
        pairs = _pairs(hit.release)
        if group := next((group for other, group in groups if _is_similar(pairs, other)), None):
            group.similar.append(hit)
        else:
            groups.append((pairs, Group(hit)))
    return [group for _, group in groups]


def _pairs(release: Release) -> Pairs:
    return frozenset(pairwise(_WORD.findall(release.body[:COMPARED].casefold())))


def _is_similar(some: Pairs, others: Pairs) -> bool:
    smaller, larger = sorted((len(some), len(others)))
    if not smaller or smaller < MIN_SHARED * larger:  # cannot share enough
        return False
    return len(some & others) >= MIN_SHARED * len(some | others)
