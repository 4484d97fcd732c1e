"""OpenSearch queries built from query trees.

They match and score as `releases.search.embedded.matching` does, by Lucene's BM25. For words with
`match_most`, the cluster first counts the releases with each word.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any as Value

from django.utils.text import slugify
from pyroaring import BitMap

from releases.content.cursors import Cursor, microseconds
from releases.search.analysis.analyzer import fold, words
from releases.search.analysis.entry_terms import EXACT_SUFFIX
from releases.search.engine import Facets, Visibility
from releases.search.opensearch.entries import TERM_DELIMITER
from releases.search.query.proximity import Feature, proximity_features
from releases.search.query.terms import Term, query_terms
from releases.search.query.tree import (
    And,
    DateRange,
    Equals,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Words,
)
from releases.search.scoring import (
    LEAD_LENGTH,
    MIN_RARITY,
    MIN_RARITY_SHARE,
    NEAR_DISTANCE,
    RECENCY_WEIGHT,
    rarity,
)

QueryBody = dict[str, Value]
CountTerms = Callable[[Sequence[Term | None], str], list[int]]

MATCH_ALL: QueryBody = {"match_all": {}}
YEAR = 365.25 * 24 * 3600 * 1_000_000  # microseconds
ROUNDING_FACTOR = 1 - 1e-6  # the cluster sums in single precision
MAX_BUCKETS = 10_000  # values per facet

FACET_AGGREGATIONS = {
    "years": {"terms": {"field": "year", "size": MAX_BUCKETS}},
    "topics": {"terms": {"field": "topic_pairs", "size": MAX_BUCKETS}},
    "languages": {"terms": {"field": "language", "size": MAX_BUCKETS}},
}
NEWEST_FIRST = [{"released": "desc"}, {"release": "desc"}]


def build_query(tree: Node | None, counts: CountTerms) -> QueryBody:
    """Return the scored query of a tree; None matches all. `counts` returns the number of releases
    with each term in a column; for None, the number of all releases."""
    return _QueryBuilder(counts).of(tree) if tree else _without_score(MATCH_ALL)


def has_scored_terms(tree: Node | None) -> bool:
    """Return whether any part of the tree adds to the score."""
    match tree:
        case And(nodes) | Or(nodes):
            return any(map(has_scored_terms, nodes))
        case Words() | Phrase() | Prefix():
            return True
    return False


def exclude_hidden(body: QueryBody, hidden: set[int], after: Cursor | None) -> QueryBody:
    """Restrict a query to releases that are not hidden and, if given, follow the cursor."""
    conditions = [_after_cursor(*after)] if after else []
    excluded = [{"terms": {"release": [_bitmap(hidden)], "value_type": "bitmap"}}] if hidden else []
    return {"bool": {"must": [body], "filter": conditions, "must_not": excluded}}


def _bitmap(ids: set[int]) -> str:
    """Return a roaring bitmap in base64 (https://github.com/RoaringBitmap/RoaringFormatSpec)."""
    # Parsing thousands of plain ids would take the cluster longer than the search.
    return base64.b64encode(BitMap(ids).serialize()).decode()


def boost_recent(body: QueryBody, now: datetime.datetime) -> QueryBody:
    """Rank newer releases slightly higher."""
    script = {
        "lang": "expression",
        "source": "1 + share * year / (year + max(0, now - doc['released'].value))",
        "params": {"share": RECENCY_WEIGHT, "year": YEAR, "now": microseconds(now)},
    }
    return {
        "function_score": {
            "query": body,
            "functions": [{"script_score": {"script": script}}],
            "boost_mode": "multiply",
        }
    }


def boost_proximity(body: QueryBody, tree: Node | None) -> QueryBody:
    """Rank releases higher in which words of the tree are together."""
    found = [
        {"filter": match_feature(feature), "weight": feature.weight}
        for feature in proximity_features(tree)
    ]
    if not found:
        return body
    functions = [{"weight": 1}, *found]
    return {
        "function_score": {
            "query": body,
            "functions": functions,
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def match_feature(feature: Feature) -> QueryBody:
    """Match the releases that have a feature."""
    exact = "text" + EXACT_SUFFIX
    match feature.place:
        case "title":
            return {"bool": {"must": [in_any_form(term, "title") for term in feature.terms]}}
        case "title_phrase":
            return _match_row(feature.parts, "title" + EXACT_SUFFIX)
        case "quote":
            return _match_row(feature.parts, "said" + EXACT_SUFFIX)
        case "near":
            return _match_span(feature.parts, exact, slop=NEAR_DISTANCE - 1, in_order=False)
        case "lead":
            row = _match_span(feature.parts, exact, slop=0, in_order=True)
            return {"span_first": {"match": row, "end": LEAD_LENGTH + len(feature.parts) - 1}}
        case _:
            return _match_row(feature.parts, exact)


def _match_row(parts: tuple[str, ...], column: str) -> QueryBody:
    return {"match_phrase": {column: {"query": " ".join(parts)}}}


def _match_span(parts: tuple[str, ...], column: str, slop: int, in_order: bool) -> QueryBody:
    clauses = [{"span_term": {column: part}} for part in parts]
    return {"span_near": {"clauses": clauses, "slop": slop, "in_order": in_order}}


def parse_facets(answer: Mapping[str, Value]) -> Facets:
    """Parse the result of FACET_AGGREGATIONS."""
    years, topics, languages = (dict(_buckets(answer[name])) for name in FACET_AGGREGATIONS)
    return Facets(years, {_split_topic(text): count for text, count in topics.items()}, languages)


def _buckets(answer: Mapping[str, Value]) -> Iterator[tuple[Value, int]]:
    return ((bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"])


def _split_topic(text: str) -> tuple[str, str]:
    slug, _, name = text.partition(" ")
    return slug, name


class _QueryBuilder:
    def __init__(self, counts: CountTerms, with_synonyms: bool = True) -> None:
        self._counts = counts
        self._with_synonyms = with_synonyms

    def of(self, node: Node) -> QueryBody:
        """Return the query of a node. Values and dates never add to the score."""
        match node:
            case And(nodes):
                return {"bool": {"must": [self.of(child) for child in nodes]}}
            case Or(nodes):
                either = [self.of(child) for child in nodes]
                return {"bool": {"should": either, "minimum_should_match": 1}}
            case Not(child):
                # Readers who exclude Bob do not mean Robert.
                excluded = _QueryBuilder(self._counts, with_synonyms=False).of(child)
                return {"bool": {"must_not": [excluded]}}
            case Equals(name, value):
                return _without_score(_match_value(name, value))
            case DateRange(first, end):
                return _without_score(_match_dates(first, end))
            case Words() | Phrase() | Prefix():
                return self._match_leaf(node)

    def _match_leaf(self, leaf: Leaf) -> QueryBody:
        match leaf:
            case Words():
                return self._match_words(leaf)
            case Phrase(text, name):
                return _match_phrase(text, name + EXACT_SUFFIX)
            case Prefix(text, name):
                return {"prefix": {name + EXACT_SUFFIX: {"value": fold(text)}}}

    def _match_words(self, node: Words) -> QueryBody:
        terms = query_terms(node.text, self._with_synonyms)
        clauses = [in_any_form(term, node.field) for term in terms]
        if not clauses:
            return _without_score(MATCH_ALL)
        if not node.match_most:
            return {"bool": {"must": clauses}}
        return {"bool": {"filter": [self._match_most(terms, node.field)], "should": clauses}}

    def _match_most(self, terms: list[Term], name: str) -> QueryBody:
        """Match releases with most terms, weighted by rarity. Terms that all releases have, or
        none, may be missing."""
        total, *counts = self._counts((None, *terms), name)
        rarities = {
            term: rarity(count, total) for term, count in zip(terms, counts, strict=True) if count
        }
        weights = [
            {"filter": in_any_form(term, name), "weight": weight}
            for term, weight in rarities.items()
            if weight > MIN_RARITY
        ]
        if not weights:
            return {"match_none": {}}
        return {
            "function_score": {
                "query": {"bool": {"should": [weight["filter"] for weight in weights]}},
                "functions": weights,
                "score_mode": "sum",
                "boost_mode": "replace",
                "min_score": MIN_RARITY_SHARE * sum(rarities.values()) * ROUNDING_FACTOR,
            }
        }


def in_any_form(term: Term, name: str) -> QueryBody:
    """Match any stem of a term of unknown language, scored as if they were one word, or one of its
    phrases."""
    spelled: QueryBody = {"match": {name: {"query": TERM_DELIMITER.join(term.stems)}}}
    either = [spelled, *(_match_phrase(text, name + EXACT_SUFFIX) for text in term.phrases)]
    if name == "text" and term.dates:
        days = [_match_dates(each.first, each.end) for each in term.dates]
        either.append({"constant_score": {"filter": {"bool": {"should": days}}}})
    return {"bool": {"should": either, "minimum_should_match": 1}} if either[1:] else spelled


def _match_phrase(text: str, column: str) -> QueryBody:
    parts = tuple(part for word in words(text) for part in word.parts)
    return _match_row(parts, column) if parts else _without_score(MATCH_ALL)


def _match_value(name: str, value: str) -> QueryBody:
    if name == "topic":
        return {"term": {"topics": slugify(value)}}
    if name == "language":
        return {"term": {"languages": value.lower()}}
    return {"term": {name: value}}


def _match_dates(first: datetime.date | None, end: datetime.date | None) -> QueryBody:
    limits = {"gte": first, "lt": end}
    return {"range": {"date": {name: date for name, date in limits.items() if date}}}


def _after_cursor(moment: datetime.datetime, pk: int) -> QueryBody:
    then = microseconds(moment)
    same_moment = [{"term": {"released": then}}, {"range": {"release": {"lt": pk}}}]
    either = [{"range": {"released": {"lt": then}}}, {"bool": {"filter": same_moment}}]
    return {"bool": {"should": either, "minimum_should_match": 1}}


def _without_score(body: QueryBody) -> QueryBody:
    return {"bool": {"filter": [body]}}


def count_body(query: QueryBody) -> QueryBody:
    """Return the search for the number of releases that a query finds, and their facets."""
    return {"size": 0, "track_total_hits": True, "query": query, "aggs": FACET_AGGREGATIONS}


def page_body(
    query: QueryBody, tree: Node | None, visibility: Visibility, ranked: bool
) -> QueryBody:
    """Return the search for the sorted release ids of one page."""
    boosted = boost_recent(boost_proximity(query, tree), visibility.at) if ranked else query
    return {
        "query": boosted,
        "sort": [{"_score": "desc"}, *NEWEST_FIRST] if ranked else NEWEST_FIRST,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": ["release"],
    }


def release_id(hit: dict[str, Value]) -> int:
    """Return the id of a hit's release."""
    return int(hit["fields"]["release"][0])
