"""A query tree -> a question to OpenSearch.

It asks for the same as `matching` computes, by Lucene's BM25 over the terms of `analysis`. Where
most words are enough, the cluster is asked first how many releases have each of them.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any as Value

from django.utils.text import slugify
from pyroaring import BitMap

from releases.content.cursors import Place, microseconds
from releases.search.analysis.analyzer import fold, telling, words
from releases.search.analysis.entry_terms import EXACT
from releases.search.analysis.stemming import variants
from releases.search.engine import Facets
from releases.search.opensearch.entries import OR
from releases.search.query.tree import All, Any, Dated, Is, Leaf, Node, Not, Phrase, Prefix, Words
from releases.search.scoring import ENOUGH, NEGLIGIBLE, RECENCY, rarity

Question = dict[str, Value]
Counts = Callable[[Sequence[str], str], list[int]]

EVERYTHING: Question = {"match_all": {}}
YEAR = 365.25 * 24 * 3600 * 1_000_000  # microseconds
NEARLY = 1 - 1e-6  # the cluster adds in single precision
DIFFERENT = 10_000  # values of one kind that are counted, at most

COUNTS = {
    "years": {"terms": {"field": "year", "size": DIFFERENT}},
    "topics": {"terms": {"field": "topic_pairs", "size": DIFFERENT}},
    "languages": {"terms": {"field": "language", "size": DIFFERENT}},
}
NEWEST = [{"released": "desc"}, {"release": "desc"}]


def matches(tree: Node | None, counts: Counts) -> Question:
    """What the tree finds, scored by what it seeks; all there is, without one. `counts` tells how
    many releases have each of some words in any form; "": all there are."""
    return _Translation(counts).of(tree) if tree else _without_score(EVERYTHING)


def seeks(tree: Node | None) -> bool:
    """Whether anything in the tree adds to a score."""
    match tree:
        case All(nodes) | Any(nodes):
            return any(map(seeks, nodes))
        case Words() | Phrase() | Prefix():
            return True
    return False


def passing(question: Question, hidden: set[int], after: Place | None) -> Question:
    """Of what the question finds, all but the hidden releases; with `after`, what follows it."""
    conditions = [_following(*after)] if after else []
    kept_out = [{"terms": {"release": [_bitmap(hidden)], "value_type": "bitmap"}}] if hidden else []
    return {"bool": {"must": [question], "filter": conditions, "must_not": kept_out}}


def _bitmap(ids: set[int]) -> str:
    """A roaring bitmap in base64 (https://github.com/RoaringBitmap/RoaringFormatSpec): thousands of
    ids written out take the cluster longer than the search itself."""
    return base64.b64encode(BitMap(ids).serialize()).decode()


def fresher(question: Question, now: datetime.datetime) -> Question:
    """The same, a new release a little before an old one."""
    script = {
        "lang": "expression",
        "source": "1 + share * year / (year + max(0, now - doc['released'].value))",
        "params": {"share": RECENCY, "year": YEAR, "now": microseconds(now)},
    }
    return {
        "function_score": {
            "query": question,
            "functions": [{"script_score": {"script": script}}],
            "boost_mode": "multiply",
        }
    }


def facets(answer: Mapping[str, Value]) -> Facets:
    """What COUNTS told."""
    years, topics, languages = (dict(_buckets(answer[name])) for name in COUNTS)
    return Facets(years, {_pair(text): count for text, count in topics.items()}, languages)


def _buckets(answer: Mapping[str, Value]) -> Iterator[tuple[Value, int]]:
    return ((bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"])


def _pair(text: str) -> tuple[str, str]:
    slug, _, name = text.partition(" ")
    return slug, name


class _Translation:
    """Nodes as questions."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def of(self, node: Node) -> Question:
        """One node; values and moments never add to a score."""
        match node:
            case All(nodes):
                return {"bool": {"must": [self.of(child) for child in nodes]}}
            case Any(nodes):
                either = [self.of(child) for child in nodes]
                return {"bool": {"should": either, "minimum_should_match": 1}}
            case Not(child):
                return {"bool": {"must_not": [self.of(child)]}}
            case Is(name, value):
                return _without_score(_with_value(name, value))
            case Dated(first, end):
                return _without_score(_dated(first, end))
            case Words() | Phrase() | Prefix():
                return self._leaf(node)

    def _leaf(self, leaf: Leaf) -> Question:
        match leaf:
            case Words():
                return self._words(leaf)
            case Phrase(text, name):
                return _phrase(text, name + EXACT)
            case Prefix(text, name):
                return {"prefix": {name + EXACT: {"value": fold(text)}}}

    def _words(self, node: Words) -> Question:
        forms = sorted(telling({form for word in words(node.text) for form in word.asked}))
        having = [in_any_form(form, node.field) for form in forms]
        if not having:
            return _without_score(EVERYTHING)
        if not node.most:
            return {"bool": {"must": having}}
        enough = self._most(forms, node.field)
        return {"bool": {"filter": [enough], "should": having}}

    def _most(self, forms: list[str], name: str) -> Question:
        """The releases that have those of the forms that tell most. What all releases have tells
        nothing, and is not missed; nor is what none has."""
        total, *having = self._counts(("", *forms), name)
        telling_much = {
            form: rarity(count, total) for form, count in zip(forms, having, strict=True) if count
        }
        weights = [
            {"filter": in_any_form(form, name), "weight": weight}
            for form, weight in telling_much.items()
            if weight > NEGLIGIBLE
        ]
        if not weights:
            return {"match_none": {}}
        return {
            "function_score": {
                "query": {"bool": {"should": [weight["filter"] for weight in weights]}},
                "functions": weights,
                "score_mode": "sum",
                "boost_mode": "replace",
                "min_score": ENOUGH * sum(telling_much.values()) * NEARLY,
            }
        }


def in_any_form(form: str, name: str) -> Question:
    """A word of unknown language under any stem it may stand under, as if these were one word."""
    return {"match": {name: {"query": OR.join(variants(form))}}}


def _phrase(text: str, column: str) -> Question:
    parts = [part for word in words(text) for part in word.parts]
    if not parts:
        return _without_score(EVERYTHING)
    return {"match_phrase": {column: {"query": " ".join(parts)}}}


def _with_value(name: str, value: str) -> Question:
    if name == "topic":
        return {"term": {"topics": slugify(value)}}
    if name == "language":
        return {"term": {"languages": value.lower()}}
    return {"term": {name: value}}


def _dated(first: datetime.date | None, end: datetime.date | None) -> Question:
    limits = {"gte": first, "lt": end}
    return {"range": {"date": {name: date for name, date in limits.items() if date}}}


def _following(moment: datetime.datetime, pk: int) -> Question:
    then = microseconds(moment)
    same_moment = [{"term": {"released": then}}, {"range": {"release": {"lt": pk}}}]
    either = [{"range": {"released": {"lt": then}}}, {"bool": {"filter": same_moment}}]
    return {"bool": {"should": either, "minimum_should_match": 1}}


def _without_score(question: Question) -> Question:
    return {"bool": {"filter": [question]}}
