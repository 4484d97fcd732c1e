"""A query tree over a snapshot -> matching documents and their scores.

The score, by `scoring`: for each thing sought, how rare it is, times how much of it the release has
in title and text for their lengths. A new release counts a little more than an old one.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from functools import reduce
from typing import Any as Value

import numpy as np
from django.utils.text import slugify
from whoosh.util.times import datetime_to_long

from releases.content.cursors import Place
from releases.search.analysis.analyzer import fold, telling, words
from releases.search.analysis.entry_terms import BEGINNING, EXACT, beginning
from releases.search.analysis.stemming import variants
from releases.search.embedded.columns import Amounts, Kinds, Numbers
from releases.search.embedded.entries import as_stored
from releases.search.embedded.snapshot import Mask, Snapshot
from releases.search.engine import Facets, Found, Order
from releases.search.query.tree import All, Any, Dated, Is, Node, Not, Phrase, Prefix, Words
from releases.search.scoring import (
    ENOUGH,
    LENGTH_WEIGHT,
    NEGLIGIBLE,
    RECENCY,
    SATURATION,
    rarity,
)

Sought = dict[str, Amounts]  # a thing that adds to the score: how much of it text or title have


class Matching:
    """The evaluation of one tree (None: everything) over one snapshot; with `after`, of what comes
    after that place in the order of the newest."""

    def __init__(self, snapshot: Snapshot, tree: Node | None, after: Place | None = None) -> None:
        self._snapshot = snapshot
        self._columns = snapshot.columns
        self._sought: list[Sought] = []
        self.documents = snapshot.alive & self._match(tree, True) if tree else snapshot.alive
        if after:
            self.documents = self.documents & self._following(*after)

    def found(self, public: Collection[int], order: Order, first: int, size: int) -> Found:
        """The slice, the number and the facets of the matches that are `public` (release ids)."""
        documents = np.flatnonzero(self.documents & self._snapshot.public(public))
        best = self._best(documents, order)[first : first + size] if size else documents[:0]
        ids = tuple(self._columns.ids[best].tolist())
        return Found(ids, len(documents), self._facets(documents))

    def _best(self, documents: Numbers, order: Order) -> Numbers:
        """These documents in the order asked for; never two in doubt."""
        places = self._columns.newest_first[documents]
        if order == "newest" or not self._sought:
            return documents[np.argsort(places)]
        return documents[np.lexsort((places, -self._scores()[documents]))]

    def _scores(self) -> Amounts:
        """How well each document matches."""
        scores = np.zeros(len(self._columns.ids))
        for sought in self._sought:
            rarity = self._rarity(_having(sought))
            if rarity > NEGLIGIBLE:
                amounts = self._for_length(sought)
                scores += rarity * amounts / (SATURATION + amounts)
        return scores * (1 + RECENCY * self._columns.freshness)

    def _rarity(self, having: Mask) -> float:
        """How much it tells of a document to be one of these."""
        return rarity(int(having.sum()), int(self._snapshot.alive.sum()))

    def _for_length(self, sought: Sought) -> Amounts:
        """How much of it each document has, less where text or title are long."""
        lengths = self._columns.relative_lengths
        held_back = [
            amounts / (1 - LENGTH_WEIGHT[name] + LENGTH_WEIGHT[name] * lengths[name])
            for name, amounts in sought.items()
        ]
        return reduce(np.add, held_back)

    def _facets(self, documents: Numbers) -> Facets:
        topics: dict[tuple[str, str], int] = {}
        for kind, count in _counted(self._columns.topics, documents).items():
            topics |= {topic: topics.get(topic, 0) + count for topic in kind}
        return Facets(
            _counted(self._columns.years, documents),
            topics,
            _counted(self._columns.languages, documents),
        )

    def _match(self, node: Node, wanted: bool) -> Mask:
        """The documents of a node; only what is `wanted` adds to the score."""
        match node:
            case All(nodes):
                return reduce(np.logical_and, [self._match(child, wanted) for child in nodes])
            case Any(nodes):
                return reduce(np.logical_or, [self._match(child, wanted) for child in nodes])
            case Not(child):
                return ~self._match(child, False)
            case Is(name, value):
                return self._with_value(name, value)
            case Dated(first, end):
                return self._dated(first, end)
            case Words():
                return self._with_words(node, wanted)
            case Phrase(text, name):
                return self._with(_in_column(name, self._phrase(text, name)), wanted)
            case Prefix(text, name):
                return self._with(_in_column(name, self._beginning_so(fold(text), name)), wanted)

    def _with(self, sought: Sought, wanted: bool) -> Mask:
        if wanted:
            self._sought.append(sought)
        return _having(sought)

    # Words in any form

    def _with_words(self, node: Words, wanted: bool) -> Mask:
        forms = sorted(telling({form for word in words(node.text) for form in word.asked}))
        having = [self._with(self._in_any_form(form, node.field), wanted) for form in forms]
        if not having:
            return self._snapshot.alive
        return self._with_most(having) if node.most else reduce(np.logical_and, having)

    def _with_most(self, having: list[Mask]) -> Mask:
        """The documents that are in the masks that tell most. Words that all releases have tell
        nothing, and are not missed; nor are words that none has."""
        told = np.zeros(len(self._columns.ids))
        needed = 0.0
        for documents in having:
            rarity = self._rarity(documents) if documents.any() else 0.0
            needed += ENOUGH * rarity
            if rarity > NEGLIGIBLE:
                told += rarity * documents
        return (told > 0) & (told >= needed)

    def _in_any_form(self, form: str, name: str) -> Sought:
        amounts = self._sum(name, variants(form))
        if name != "text":
            return _in_column(name, amounts)
        return {"text": amounts, "title": self._sum("title", variants(form))}

    def _sum(self, column: str, terms: Iterable[str]) -> Amounts:
        """How much each document has of any of these terms together."""
        return reduce(np.add, [self._snapshot.weights(column, term) for term in terms])

    # Words as they stand

    def _beginning_so(self, text: str, name: str) -> Amounts:
        """How much each document has of words that begin so."""
        if len(text) == BEGINNING:
            return self._snapshot.weights(name, beginning(text))
        return self._snapshot.weights_of_all(name + EXACT, text)

    def _phrase(self, text: str, name: str) -> Amounts:
        """How often each document has the words of a phrase one after the other."""
        parts = [part for word in words(text) for part in word.parts]
        if not parts:
            return self._snapshot.alive.astype(float)
        if len(parts) == 1:
            return self._snapshot.weights(name + EXACT, parts[0])
        starts = [
            self._snapshot.places(name + EXACT, part) - distance
            for distance, part in enumerate(parts)
        ]
        in_row = reduce(_common, sorted(starts, key=len))
        return np.bincount(in_row >> 32, minlength=len(self._columns.ids)).astype(float)

    # Values

    def _following(self, moment: datetime.datetime, pk: int) -> Mask:
        released, then = self._columns.released, int(datetime_to_long(as_stored(moment)))
        return (released < then) | ((released == then) & (self._columns.ids < pk))

    def _with_value(self, name: str, value: str) -> Mask:
        if name == "topic":
            return self._snapshot.weights("topics", slugify(value)) > 0
        if name == "language":
            places, tags = self._columns.languages
            return np.array([_is_language(tag, value) for tag in tags], bool)[places]
        return self._snapshot.weights(name, value) > 0

    def _dated(self, first: datetime.date | None, end: datetime.date | None) -> Mask:
        low = _microseconds(first or datetime.date.min)
        high = _microseconds(end or datetime.date.max)
        return (low <= self._columns.dates) & (self._columns.dates < high)


def _having(sought: Sought) -> Mask:
    """All documents that have some of it."""
    return reduce(np.logical_or, [amounts > 0 for amounts in sought.values()])


def _in_column(name: str, amounts: Amounts) -> Sought:
    return {"title" if name == "title" else "text": amounts}


def _common(few: Numbers, many: Numbers) -> Numbers:
    """Those of the few that are among the many; both are in order."""
    if not few.size:
        return few
    places = np.searchsorted(many, few).clip(max=many.size - 1)
    return few[many[places] == few]


def _counted(kinds: Kinds, documents: Numbers) -> dict[Value, int]:
    """How many of the documents are of each kind, where there are any."""
    counts = np.bincount(kinds.places[documents], minlength=len(kinds.values)).tolist()
    return {kind: count for kind, count in zip(kinds.values, counts, strict=True) if count}


def _is_language(tag: str, asked: str) -> bool:
    """Whether a language tag is the one asked for, or a kind of it: en-US is English."""
    return f"{tag}-".lower().startswith(f"{asked}-".lower())


def _microseconds(date: datetime.date) -> int:
    """The first moment of a day as the columns count moments."""
    return int(datetime_to_long(datetime.datetime.combine(date, datetime.time.min)))
