"""Scores of the proximity of words, by their positions in a snapshot."""

from __future__ import annotations

from functools import reduce

import numpy as np

from releases.search.analysis.analyzer import words
from releases.search.analysis.entry_terms import EXACT_SUFFIX
from releases.search.embedded.codec import Postings
from releases.search.embedded.columns import Amounts, Numbers
from releases.search.embedded.snapshot import Mask, Snapshot, places_in
from releases.search.query.proximity import Feature
from releases.search.query.terms import Term
from releases.search.scoring import LEAD_LENGTH, NEAR_DISTANCE

_COLUMNS = {"title_phrase": "title", "quote": "said"}


class Positions:
    """Weights and positions of words in a snapshot. Reads the postings of each word once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._weights: dict[tuple[str, str], Amounts] = {}
        self._postings: dict[tuple[str, str], list[tuple[Postings, int]]] = {}

    def weights(self, column: str, term: str) -> Amounts:
        """Return the occurrences of a term, as `Snapshot.weights` does."""
        key = (column, term)
        if key not in self._weights:
            self._weights[key] = self.snapshot.weights(*key)
        return self._weights[key]

    def places(self, column: str, part: str, among: Mask) -> Numbers:
        """Return the positions of a word in some documents, as `Snapshot.places` does."""
        key = (column + EXACT_SUFFIX, part)
        if key not in self._postings:
            self._postings[key] = self.snapshot.postings(*key)
        return places_in(self._postings[key], among)


class ProximityScores:
    """Proximity features of some documents of a snapshot."""

    def __init__(self, positions: Positions, documents: Mask) -> None:
        self._positions = positions
        self._documents = documents
        self._places: dict[tuple[str, str], Numbers] = {}
        self._starts: dict[tuple[str, tuple[str, ...]], Numbers] = {}

    def share(self, features: list[Feature]) -> Amounts:
        """Return the sum of the weights of each document's features."""
        shares = np.zeros(len(self._documents))
        for feature in features:
            shares[self.documents(feature)] += feature.weight
        return shares

    def documents(self, feature: Feature) -> Numbers:
        """Return the numbers of the documents that have a feature."""
        if feature.place == "title":
            return np.flatnonzero(self._documents & self._have_in_title(feature.terms))
        if feature.place == "near":
            found = _near(*(self._places_of("text", part) for part in feature.parts))
        elif feature.place == "quote" and not self._starts_of("text", feature.parts).size:
            return np.empty(0, np.int64)  # nor in a quotation
        else:
            found = self._starts_of(_COLUMNS.get(feature.place, "text"), feature.parts)
        if feature.place == "lead":
            found = found[found & 0xFFFFFFFF < LEAD_LENGTH]
        return np.unique(found >> 32)

    def _have_in_title(self, terms: tuple[Term, ...]) -> Mask:
        return reduce(np.logical_and, map(self._has_in_title, terms))

    def _has_in_title(self, term: Term) -> Mask:
        found = (self._positions.weights("title", stem) > 0 for stem in term.stems)
        having = reduce(np.logical_or, found)
        for phrase in term.phrases:
            parts = tuple(part for word in words(phrase) for part in word.parts)
            having[self._starts_of("title", parts) >> 32] = True
        return having

    def _places_of(self, column: str, part: str) -> Numbers:
        key = (column, part)
        if key not in self._places:
            self._places[key] = self._positions.places(column, part, self._documents)
        return self._places[key]

    def _starts_of(self, column: str, parts: tuple[str, ...]) -> Numbers:
        """Return the places where these words are in a row."""
        key = (column, parts)
        if key not in self._starts:
            places = [self._places_of(column, part) - at for at, part in enumerate(parts)]
            self._starts[key] = reduce(intersect_sorted, sorted(places, key=len))
        return self._starts[key]


def intersect_sorted(few: Numbers, many: Numbers) -> Numbers:
    """Return the numbers of `few` that are in `many`. Both are sorted."""
    if not few.size:
        return few
    places = np.searchsorted(many, few).clip(max=many.size - 1)
    return few[many[places] == few]


def _near(left: Numbers, right: Numbers) -> Numbers:
    """Return the places of one word that have the other close by, before or after."""
    few, many = sorted((left, right), key=len)
    if not few.size:
        return few
    following = np.searchsorted(many, few - NEAR_DISTANCE).clip(max=many.size - 1)
    return few[np.abs(many[following] - few) <= NEAR_DISTANCE]
