"""A query tree over a snapshot -> matching documents and their scores.

The score is BM25F (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and
Beyond"): for each thing sought, how rare it is, times how much of it the release has in title and
text for their lengths. A new release counts a little more than an old one.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest, nsmallest
from math import log
from typing import TypeVar

from django.utils.text import slugify
from whoosh.util.times import datetime_to_long

from releases.search.analysis import fold, telling, words
from releases.search.engine import Facets, Found, Order
from releases.search.snapshot import Amounts, Snapshot
from releases.search.stemming import variants
from releases.search.whoosh_fields import EXACT
from releases.text.querying import All, Any, Dated, Is, Node, Not, Phrase, Prefix, Words

SATURATION = 1.2  # BM25's k1: how soon more of a word stops to matter
LENGTH_WEIGHT = {"text": 0.6, "title": 0.3}  # BM25's b: how much a long text is held back
RECENCY = 0.1  # how much more the newest release counts; half as much a year later
NEGLIGIBLE = 0.1  # rarity of a word that nine releases of ten have: it tells nothing
ENOUGH = 0.5  # where most words are enough: this share of what all of them tell, by their rarity

T = TypeVar("T")
Documents = set[int]
Places = Mapping[int, Sequence[int]]  # by document, the positions of a word


@dataclass(frozen=True)
class Sought:
    """A thing that adds to the score: how much of it each document has, by column."""

    text: Amounts = field(default_factory=dict)
    title: Amounts = field(default_factory=dict)

    @cached_property
    def documents(self) -> Documents:
        """All that have some of it."""
        return self.text.keys() | self.title.keys()


class Matching:
    """The evaluation of one tree (None: everything) over one snapshot."""

    def __init__(self, snapshot: Snapshot, tree: Node | None) -> None:
        self._snapshot = snapshot
        self._sought: list[Sought] = []
        self.documents = snapshot.live & self._match(tree, True) if tree else snapshot.live

    def found(self, public: Collection[int], order: Order, first: int, size: int) -> Found:
        """The slice, the number and the facets of the matches that are `public` (release ids)."""
        documents = self._snapshot.public(self.documents, public)
        best = self._best(documents, order, first + size)[first:] if size else []
        ids = tuple(self._snapshot.ids[number] for number in best)
        return Found(ids, len(documents), self._facets(documents))

    def _best(self, documents: Documents, order: Order, count: int) -> list[int]:
        """The first so many in the order asked for; never two in doubt."""
        places = self._snapshot.newest_first
        if order == "newest" or not self._sought or not documents:
            return nsmallest(count, documents, key=places.__getitem__)
        scores = self._scores(documents)
        cut = nlargest(count, scores.values())[-1]
        better = [number for number, score in scores.items() if score > cut]
        better.sort(key=lambda number: (-scores[number], places[number]))
        equal = (number for number, score in scores.items() if score == cut)
        return better + nsmallest(count - len(better), equal, key=places.__getitem__)

    def _scores(self, documents: Documents) -> Amounts:
        """How well each of these documents matches."""
        scores = dict.fromkeys(documents, 0.0)
        for sought in self._sought:
            rarity = self._rarity(sought.documents)
            if rarity > NEGLIGIBLE:
                for number, amount in self._amounts(sought, documents).items():
                    scores[number] += rarity * amount / (SATURATION + amount)
        freshness = self._snapshot.freshness
        return {n: score * (1 + RECENCY * freshness[n]) for n, score in scores.items()}

    def _rarity(self, having: Documents) -> float:
        """How much it tells of a document to be one of these: BM25's inverse frequency."""
        lacking = max(len(self._snapshot.live) - len(having) + 0.5, 0)
        return log(1 + lacking / (len(having) + 0.5))

    def _amounts(self, sought: Sought, documents: Documents) -> Amounts:
        """How much of it each of the documents has, in its text and its title together."""
        amounts = self._for_length("text", sought.text, documents)
        for number, amount in self._for_length("title", sought.title, documents).items():
            amounts[number] = amounts.get(number, 0.0) + amount
        return amounts

    def _for_length(self, column: str, amounts: Amounts, documents: Documents) -> Amounts:
        """The amounts of some documents, less for those whose column is long."""
        lengths = self._snapshot.relative_lengths[column]
        weight = LENGTH_WEIGHT[column]
        rest = 1 - weight
        return {n: amounts[n] / (rest + weight * lengths[n]) for n in documents & amounts.keys()}

    def _facets(self, documents: Documents) -> Facets:
        def counted(column: Sequence[T]) -> Counter[T]:
            return Counter(map(column.__getitem__, documents))

        kinds, topics_of_kind = self._snapshot.topics
        topics: Counter[tuple[str, str]] = Counter()
        for kind, count in counted(kinds).items():
            topics.update(dict.fromkeys(topics_of_kind[kind], count))
        column = self._snapshot.column
        return Facets(counted(column("year")), topics, counted(column("language")))

    def _match(self, node: Node, wanted: bool) -> Documents:
        """The documents of a node; only what is `wanted` adds to the score."""
        match node:
            case All(nodes):
                return set.intersection(*(self._match(child, wanted) for child in nodes))
            case Any(nodes):
                return set().union(*(self._match(child, wanted) for child in nodes))
            case Not(child):
                return self._snapshot.live - self._match(child, False)
            case Is(name, value):
                return self._with_value(name, value)
            case Dated(first, end):
                return self._dated(first, end)
            case Words():
                return self._with_words(node, wanted)
            case Phrase(text, name):
                return self._with(_in_column(name, self._phrase(text, name)), wanted)
            case Prefix(text, name):
                amounts = self._snapshot.weights_of_all(name + EXACT, fold(text))
                return self._with(_in_column(name, amounts), wanted)

    def _with(self, sought: Sought, wanted: bool) -> Documents:
        if wanted:
            self._sought.append(sought)
        return sought.documents

    # Words in any form

    def _with_words(self, node: Words, wanted: bool) -> Documents:
        forms = telling({form for word in words(node.text) for form in word.asked})
        having = [self._with(self._in_any_form(form, node.field), wanted) for form in forms]
        if not having:
            return self._snapshot.live
        if not node.most:
            return set.intersection(*sorted(having, key=len))
        return self._with_most([documents for documents in having if documents])

    def _with_most(self, having: list[Documents]) -> Documents:
        """The documents that are in the sets that tell most. Words that all releases have tell
        nothing, and are not missed; nor are words that none has."""
        told: dict[int, float] = {}
        rarities = [self._rarity(documents) for documents in having]
        for documents, rarity in zip(having, rarities, strict=True):
            if rarity > NEGLIGIBLE:
                for number in documents:
                    told[number] = told.get(number, 0.0) + rarity
        needed = ENOUGH * sum(rarities)
        return {number for number, amount in told.items() if amount >= needed}

    def _in_any_form(self, form: str, name: str) -> Sought:
        amounts = self._sum(name, variants(form))
        if name != "text":
            return _in_column(name, amounts)
        return Sought(amounts, self._sum("title", variants(form)))

    def _sum(self, column: str, terms: Iterable[str]) -> Amounts:
        """How much each document has of any of these terms together."""
        total: Amounts = {}
        for term in terms:
            amounts = self._snapshot.weights(column, term)
            if not total:
                total = amounts
                continue
            for number, amount in amounts.items():
                total[number] = total.get(number, 0.0) + amount
        return total

    # Words as they stand

    def _phrase(self, text: str, name: str) -> Amounts:
        """How often each document has the words of a phrase one after the other."""
        parts = [part for word in words(text) for part in word.parts]
        if not parts:
            return dict.fromkeys(self._snapshot.live, 0.0)
        column = name + EXACT
        if len(parts) == 1:
            return self._snapshot.weights(column, parts[0])
        having = {part: self._snapshot.documents(column, part) for part in parts}
        documents = set.intersection(*having.values()) & self._snapshot.live
        rarest_first = sorted(enumerate(parts), key=lambda pair: len(having[pair[1]]))
        starts: dict[int, set[int]] = {}
        for distance, part in rarest_first:
            places = self._snapshot.positions(column, part, documents)
            starts = _narrowed(starts, places, distance) if starts else _starts(places, distance)
            documents = set(starts)
        return {number: float(len(row)) for number, row in starts.items()}

    # Values

    def _with_value(self, name: str, value: str) -> Documents:
        if name == "topic":
            return self._snapshot.documents("topics", slugify(value))
        if name == "language":
            languages = self._snapshot.column("language")
            asked = {tag for tag in set(languages) if _is_language(tag, value)}
            return {number for number in self._snapshot.live if languages[number] in asked}
        return self._snapshot.documents(name, value)

    def _dated(self, first: datetime.date | None, end: datetime.date | None) -> Documents:
        dates = self._snapshot.column("date")
        low, high = (
            _microseconds(first or datetime.date.min),
            _microseconds(end or datetime.date.max),
        )
        return {number for number in self._snapshot.live if low <= dates[number] < high}


def _in_column(name: str, amounts: Amounts) -> Sought:
    return Sought(title=amounts) if name == "title" else Sought(amounts)


def _starts(places: Places, distance: int) -> dict[int, set[int]]:
    """Where a phrase may begin that has a word at these places, so far from its beginning."""
    return {number: {place - distance for place in row} for number, row in places.items()}


def _narrowed(starts: dict[int, set[int]], places: Places, distance: int) -> dict[int, set[int]]:
    """Those of the beginnings that have the word in place, where there are any."""
    return {
        number: left
        for number, row in places.items()
        if (left := starts[number].intersection([place - distance for place in row]))
    }


def _is_language(tag: str, asked: str) -> bool:
    """Whether a language tag is the one asked for, or a kind of it: en-US is English."""
    return f"{tag}-".lower().startswith(f"{asked}-".lower())


def _microseconds(date: datetime.date) -> int:
    """The first moment of a day as the columns count moments."""
    return int(datetime_to_long(datetime.datetime.combine(date, datetime.time.min)))
