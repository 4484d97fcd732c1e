"""Proximity of a query's words in a release, as features that both search engines score.

Each feature that a release has raises its score by a share, `weight`. A phrase of many words says
more than one of two, which may be chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from releases.search.analysis.analyzer import is_stop_word, words
from releases.search.query import days, numerals
from releases.search.query.parser import positive_terms
from releases.search.query.terms import Term, query_terms
from releases.search.query.tree import Node, Words
from releases.search.scoring import (
    LEAD_WEIGHT,
    NEAR_WEIGHT,
    NEXT_WEIGHT,
    PHRASE_WEIGHT,
    QUOTE_WEIGHT,
    TITLE_PHRASE_WEIGHT,
    TITLE_WEIGHT,
)

MAX_PARTS = 12  # words of a query whose positions count
MAX_GROWTH = 5  # words after which a longer phrase says no more

Place = Literal["phrase", "title_phrase", "lead", "quote", "next", "near", "title"]

_LABELS: dict[Place, str] = {
    "phrase": "in a row",
    "title_phrase": "in a row in the title",
    "lead": "in a row at the beginning",
    "quote": "in a row in a quotation",
    "next": "next to each other",
    "near": "near each other",
    "title": "all in the title",
}


class Feature(NamedTuple):
    """Words in one place: `parts` in a row (`near`: apart by a few words; `title`: all of them in
    the title, in any form and order)."""

    place: Place
    parts: tuple[str, ...]
    weight: float
    terms: tuple[Term, ...] = ()  # in the title, one for each of the parts

    @property
    def label(self) -> str:
        """Return the feature in words, for staff."""
        return f"{_LABELS[self.place]}: {' '.join(self.parts)}"

    @property
    def is_in_title(self) -> bool:
        return self.place in ("title", "title_phrase")

    @property
    def percent(self) -> int:
        return round(100 * self.weight)


def proximity_features(tree: Node | None) -> list[Feature]:
    """Return the features of the words that a release must have, none for a single word."""
    texts = [
        leaf.text
        for leaf in positive_terms(tree)
        if isinstance(leaf, Words) and leaf.field == "text" and leaf.in_order
    ]
    return [feature for text in texts[:MAX_PARTS] for feature in _features_of_text(text)]


def _features_of_text(text: str) -> Iterator[Feature]:
    printed = words(days.as_printed(numerals.as_printed(text)))
    parts = tuple(part for word in printed for part in word.parts)[:MAX_PARTS]
    if len(parts) < 2:
        return
    growth = min(len(parts) - 1, MAX_GROWTH)
    yield Feature("phrase", parts, PHRASE_WEIGHT * growth)
    yield Feature("title_phrase", parts, TITLE_PHRASE_WEIGHT)
    yield Feature("lead", parts, LEAD_WEIGHT)
    yield Feature("quote", parts, QUOTE_WEIGHT)
    yield from _features_of_pairs(parts)
    terms = tuple(_as_typed(query_terms(text), text))
    if len(terms) > 1 or any(term.phrases for term in terms):
        yield Feature("title", tuple(term.form for term in terms), TITLE_WEIGHT, terms)


def _as_typed(terms: list[Term], text: str) -> Iterator[Term]:
    """Yield the forms of terms; whole terms where they stand for several words: 9-11."""
    typed = {form for word in words(text) for form in word.query_forms}
    for term in terms:
        yield Term(term.form) if term.form in typed else term


def _features_of_pairs(parts: tuple[str, ...]) -> Iterator[Feature]:
    """Yield the features of neighboring words, which may have stop words between them."""
    significant = [place for place, part in enumerate(parts) if not is_stop_word(part)]
    pairs = [(left, right) for left, right in pairwise(significant) if parts[left] != parts[right]]
    for left, right in pairs:
        yield Feature("next", parts[left : right + 1], NEXT_WEIGHT / len(pairs))
        yield Feature("near", (parts[left], parts[right]), NEAR_WEIGHT / len(pairs))
