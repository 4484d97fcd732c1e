"""Matching and scoring of a query tree over a snapshot.

The score sums, over the terms, rarity times length-normalized occurrences in title and text. It
grows if words are together (`proximity`), and slightly for recent releases. `scoring` has the
parameters.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from functools import cached_property, reduce
from typing import Any as Value

import numpy as np
from django.utils.text import slugify
from whoosh.util.times import datetime_to_long

from releases.content.cursors import Cursor
from releases.search.analysis.analyzer import fold, words
from releases.search.analysis.entry_terms import EXACT_SUFFIX, PREFIX_LENGTH, prefix_term
from releases.search.embedded.columns import Amounts, Categorical, Numbers
from releases.search.embedded.entries import to_naive_utc
from releases.search.embedded.proximity_scores import (
    Positions,
    ProximityScores,
    intersect_sorted,
)
from releases.search.embedded.snapshot import Mask, Snapshot
from releases.search.engine import Facets, Matches, Order, Visibility
from releases.search.explanation import Explanation
from releases.search.query.proximity import Feature, proximity_features
from releases.search.query.terms import Term, query_terms
from releases.search.query.tree import And, DateRange, Equals, Node, Not, Or, Phrase, Prefix, Words
from releases.search.scoring import (
    LENGTH_WEIGHT,
    MIN_RARITY,
    MIN_RARITY_SHARE,
    RECENCY_WEIGHT,
    SATURATION,
    rarity,
)

FEW = 4_000  # documents in which proximity is scored at once
ROUNDING = 1 + 1e-9  # keeps equal scores that were summed in another order

ColumnAmounts = dict[str, Amounts]  # occurrences of one term, by text or title


class Matching:
    """Evaluation of a tree (None: everything) over a snapshot, limited to releases past the cursor
    `after` in newest-first order."""

    def __init__(self, snapshot: Snapshot, tree: Node | None, after: Cursor | None = None) -> None:
        self._snapshot = snapshot
        self._columns = snapshot.columns
        self._tree = tree
        self._positions = Positions(snapshot)
        self._scored: list[tuple[str, ColumnAmounts]] = []
        self._phrases: dict[tuple[str, str], Amounts] = {}
        self.documents = snapshot.alive & self._match(tree, True) if tree else snapshot.alive
        if after:
            self.documents = self.documents & self._after_cursor(*after)

    @cached_property
    def _features(self) -> list[Feature]:
        return proximity_features(self._tree)

    def count(self, visibility: Visibility) -> int:
        """Return the number of public matches."""
        return int(np.count_nonzero(self.documents & self._snapshot.visible(visibility)))

    def found(self, visibility: Visibility, order: Order, first: int, size: int) -> Matches:
        """Return slice, total and facets of the public matches."""
        documents = np.flatnonzero(self.documents & self._snapshot.visible(visibility))
        best = self._best(documents, order, first + size) if size else documents[:0]
        ids = tuple(self._columns.ids[best[first:]].tolist())
        return Matches(ids, len(documents), self._facets(documents))

    def explained(self, visibility: Visibility, ids: Collection[int]) -> dict[int, Explanation]:
        """Return why each public match among these ids has its rank by relevance."""
        if not self._scored:
            return {}
        public = self.documents & self._snapshot.visible(visibility)
        numbers = np.flatnonzero(public & np.isin(self._columns.ids, list(ids)))
        proximity = ProximityScores(self._positions, self._mask(numbers))
        features = [
            (feature, set(proximity.documents(feature).tolist())) for feature in self._features
        ]
        points = [(name, self._points(amounts)) for name, amounts in self._scored]
        recency = self._recency()
        scores = self._scores_without_proximity() * (1 + proximity.share(self._features))
        return {
            int(self._columns.ids[number]): Explanation(
                float(scores[number]),
                tuple((name, float(found[number])) for name, found in points if found[number]),
                tuple(feature for feature, documents in features if number in documents),
                float(recency[number]),
            )
            for number in numbers.tolist()
        }

    def _best(self, documents: Numbers, order: Order, count: int) -> Numbers:
        """Return the first documents in order, without ties."""
        scores = -self._columns.newest_first[documents].astype(float)
        if order == "relevance" and self._scored:
            documents, scores = self._scored_by_relevance(documents, count)
        kept = scores >= _nth_largest(scores, count)
        documents, scores = documents[kept], scores[kept]
        places = self._columns.newest_first[documents]
        return documents[np.lexsort((places, -scores))][:count]

    def _scored_by_relevance(self, documents: Numbers, count: int) -> tuple[Numbers, Amounts]:
        """Return the documents that may be among the first ones, and their scores."""
        plain = self._scores_without_proximity()
        scored = documents[plain[documents] > 0]
        if not self._features:
            return documents, plain[documents]
        if len(scored) > max(FEW, count):
            scored = documents = self._promising(scored, plain, count)
        scores = plain * (1 + self._shares(scored, self._features))
        return documents, scores[documents]

    def _promising(self, documents: Numbers, plain: Amounts, count: int) -> Numbers:
        """Return the documents whose score may be among the largest, of scores without proximity.

        Reading the positions in all matches would take most of the time of a search.
        """
        of_titles = [feature for feature in self._features if feature.is_in_title]
        least = (plain * (1 + self._shares(documents, of_titles)))[documents]
        sample = documents[least >= _nth_largest(least, count)]
        scores = (plain * (1 + self._shares(sample, self._features)))[sample]
        others = sum(each.weight for each in self._features if not each.is_in_title)
        most = (least + plain[documents] * others) * ROUNDING
        return documents[most >= _nth_largest(scores, count)]

    def _shares(self, documents: Numbers, features: list[Feature]) -> Amounts:
        """Return by how much the features raise the score of each of these documents."""
        return ProximityScores(self._positions, self._mask(documents)).share(features)

    def _mask(self, documents: Numbers) -> Mask:
        mask = np.zeros(len(self.documents), bool)
        mask[documents] = True
        return mask

    def _scores_without_proximity(self) -> Amounts:
        points = reduce(np.add, (self._points(amounts) for _, amounts in self._scored))
        return points * self._recency()

    def _recency(self) -> Amounts:
        return 1 + RECENCY_WEIGHT * self._columns.freshness

    def _points(self, amounts_by_column: ColumnAmounts) -> Amounts:
        """Return the points that a term adds to the score of each document."""
        rarity = self._rarity(_any_amount(amounts_by_column))
        if rarity <= MIN_RARITY:
            return np.zeros(len(self._columns.ids))
        amounts = self._length_normalized(amounts_by_column)
        return rarity * amounts / (SATURATION + amounts)

    def _rarity(self, having: Mask) -> float:
        """Return the rarity of a term that these documents have."""
        return rarity(int(having.sum()), int(self._snapshot.alive.sum()))

    def _length_normalized(self, amounts_by_column: ColumnAmounts) -> Amounts:
        """Sum a term's occurrences over the columns, lower for long texts and titles."""
        lengths = self._columns.relative_lengths
        normalized = [
            amounts / (1 - LENGTH_WEIGHT[name] + LENGTH_WEIGHT[name] * lengths[name])
            for name, amounts in amounts_by_column.items()
        ]
        return reduce(np.add, normalized)

    def _facets(self, documents: Numbers) -> Facets:
        topics: dict[tuple[str, str], int] = {}
        for kind, count in _count_values(self._columns.topics, documents).items():
            topics |= {topic: topics.get(topic, 0) + count for topic in kind}
        return Facets(
            _count_values(self._columns.years, documents),
            topics,
            _count_values(self._columns.languages, documents),
        )

    def _match(self, node: Node, is_scored: bool) -> Mask:
        """Return the documents that match a node. Only scored nodes contribute to the score and
        find synonyms."""
        match node:
            case And(nodes):
                return reduce(np.logical_and, [self._match(child, is_scored) for child in nodes])
            case Or(nodes):
                return reduce(np.logical_or, [self._match(child, is_scored) for child in nodes])
            case Not(child):
                return ~self._match(child, False)
            case Equals(name, value):
                return self._match_value(name, value)
            case DateRange(first, end):
                return self._match_dates(first, end)
            case Words():
                return self._match_words(node, is_scored)
            case Phrase(text, name):
                amounts = _in_column(name, self._phrase_amounts(text, name))
                return self._collect(f"“{text}”", amounts, is_scored)
            case Prefix(text, name):
                amounts = _in_column(name, self._prefix_amounts(fold(text), name))
                return self._collect(f"{text}*", amounts, is_scored)

    def _collect(self, name: str, amounts_by_column: ColumnAmounts, is_scored: bool) -> Mask:
        """Return the documents that have a term, and store what it adds to their scores."""
        if is_scored:
            self._scored.append((name, amounts_by_column))
        return _any_amount(amounts_by_column)

    def _match_words(self, node: Words, is_scored: bool) -> Mask:
        # Readers who exclude Bob do not mean Robert.
        terms = query_terms(node.text, with_synonyms=is_scored)
        having = [
            self._collect(term.form, self._in_any_form(term, node.field), is_scored)
            for term in terms
        ]
        if not having:
            return self._snapshot.alive
        return self._match_most(having) if node.match_most else reduce(np.logical_and, having)

    def _match_most(self, having: list[Mask]) -> Mask:
        """Return documents whose words make up MIN_RARITY_SHARE of the total rarity."""
        # Words in nearly all releases, or in none, need not be present.
        found_rarity = np.zeros(len(self._columns.ids))
        needed = 0.0
        for documents in having:
            rarity = self._rarity(documents) if documents.any() else 0.0
            needed += MIN_RARITY_SHARE * rarity
            if rarity > MIN_RARITY:
                found_rarity += rarity * documents
        return (found_rarity > 0) & (found_rarity >= needed)

    def _in_any_form(self, term: Term, name: str) -> ColumnAmounts:
        amounts = self._spelled(name, term)
        if name != "text":
            return _in_column(name, amounts)
        for days in term.dates:
            amounts = amounts + self._match_dates(days.first, days.end)
        return {"text": amounts, "title": self._spelled("title", term)}

    def _spelled(self, column: str, term: Term) -> Amounts:
        """Sum the occurrences of a term's words and phrases in each document."""
        phrases = (self._known_phrase_amounts(phrase, column) for phrase in term.phrases)
        return reduce(np.add, phrases, self._sum(column, term.stems))

    def _sum(self, column: str, terms: Iterable[str]) -> Amounts:
        """Sum the occurrences of several terms in each document."""
        return reduce(np.add, [self._positions.weights(column, term) for term in terms])

    def _prefix_amounts(self, text: str, name: str) -> Amounts:
        """Count words with a prefix in each document."""
        if len(text) == PREFIX_LENGTH:
            return self._snapshot.weights(name, prefix_term(text))
        return self._snapshot.prefix_weights(name + EXACT_SUFFIX, text)

    def _known_phrase_amounts(self, text: str, name: str) -> Amounts:
        """Count occurrences of a phrase, which several terms may have, once."""
        key = (text, name)
        if key not in self._phrases:
            self._phrases[key] = self._phrase_amounts(text, name)
        return self._phrases[key]

    def _phrase_amounts(self, text: str, name: str) -> Amounts:
        """Count occurrences of a phrase in each document."""
        parts = [part for word in words(text) for part in word.parts]
        if not parts:
            return self._snapshot.alive.astype(float)
        if len(parts) == 1:
            return self._snapshot.weights(name + EXACT_SUFFIX, parts[0])
        starts = [
            self._snapshot.places(name + EXACT_SUFFIX, part, self._snapshot.alive) - distance
            for distance, part in enumerate(parts)
        ]
        matches = reduce(intersect_sorted, sorted(starts, key=len))
        return np.bincount(matches >> 32, minlength=len(self._columns.ids)).astype(float)

    def _after_cursor(self, moment: datetime.datetime, pk: int) -> Mask:
        released, then = self._columns.released, int(datetime_to_long(to_naive_utc(moment)))
        return (released < then) | ((released == then) & (self._columns.ids < pk))

    def _match_value(self, name: str, value: str) -> Mask:
        if name == "topic":
            return self._snapshot.weights("topics", slugify(value)) > 0
        if name == "language":
            places, tags = self._columns.languages
            return np.array([_is_language(tag, value) for tag in tags], bool)[places]
        return self._snapshot.weights(name, value) > 0

    def _match_dates(self, first: datetime.date | None, end: datetime.date | None) -> Mask:
        low = _microseconds(first or datetime.date.min)
        high = _microseconds(end or datetime.date.max)
        return (low <= self._columns.dates) & (self._columns.dates < high)


def _nth_largest(amounts: Amounts, place: int) -> float:
    """Return the amount at a place (from 1) from the largest down, or the least of fewer."""
    if len(amounts) <= place:
        return float(amounts.min(initial=np.inf))
    return float(np.partition(amounts, -place)[-place])


def _any_amount(amounts_by_column: ColumnAmounts) -> Mask:
    """Return the documents with any occurrence."""
    return reduce(np.logical_or, [amounts > 0 for amounts in amounts_by_column.values()])


def _in_column(name: str, amounts: Amounts) -> ColumnAmounts:
    return {"title" if name == "title" else "text": amounts}


def _count_values(kinds: Categorical, documents: Numbers) -> dict[Value, int]:
    """Count the documents of each value, without zeros."""
    counts = np.bincount(kinds.places[documents], minlength=len(kinds.values)).tolist()
    return {kind: count for kind, count in zip(kinds.values, counts, strict=True) if count}


def _is_language(tag: str, asked: str) -> bool:
    """Return True for the language itself or a regional variant: en-US is English."""
    return f"{tag}-".lower().startswith(f"{asked}-".lower())


def _microseconds(date: datetime.date) -> int:
    """Return midnight of a day in Whoosh's microseconds."""
    return int(datetime_to_long(datetime.datetime.combine(date, datetime.time.min)))
