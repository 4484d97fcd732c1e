"""Searches that explain the rank of releases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from releases.content.cursors import microseconds
from releases.search.engine import Visibility
from releases.search.explanation import Explanation
from releases.search.opensearch.queries import (
    YEAR,
    QueryBody,
    boost_proximity,
    boost_recent,
    build_query,
    in_any_form,
    match_feature,
)
from releases.search.query.parser import positive_terms
from releases.search.query.proximity import proximity_features
from releases.search.query.terms import query_terms
from releases.search.query.tree import Node, Phrase, Words
from releases.search.scoring import RECENCY_WEIGHT

WORD, FEATURE = "word:", "feature:"  # begin the names of queries


def explain_body(
    query: QueryBody, tree: Node | None, visibility: Visibility, ids: Collection[int]
) -> QueryBody:
    """Return the search for these releases that names the words and features that each has."""
    ranked = boost_recent(boost_proximity(query, tree), visibility.at)
    named = [{"bool": {"filter": [match], "_name": name}} for name, match in _named_queries(tree)]
    # The names add nothing to the score.
    shown = {"constant_score": {"filter": {"bool": {"should": named}}, "boost": 0}}
    return {
        "size": len(ids),
        "query": {
            "bool": {
                "must": [ranked],
                "filter": [{"terms": {"release": list(ids)}}],
                "should": [shown],
            }
        },
        "docvalue_fields": ["release", "released"],
    }


def parse_explanation(
    hit: dict[str, Any], tree: Node | None, visibility: Visibility
) -> Explanation:
    """Parse one hit of `explain_body`."""
    names = set(hit.get("matched_queries", ()))
    words = [name for name, _ in _named_words(tree) if name in names]
    age = max(0, microseconds(visibility.at) - int(hit["fields"]["released"][0]))
    return Explanation(
        hit["_score"],
        tuple((name.removeprefix(WORD), None) for name in words),
        tuple(
            feature
            for place, feature in enumerate(proximity_features(tree))
            if f"{FEATURE}{place}" in names
        ),
        1 + RECENCY_WEIGHT * YEAR / (YEAR + age),
    )


def _named_queries(tree: Node | None) -> Iterator[tuple[str, QueryBody]]:
    yield from _named_words(tree)
    for place, feature in enumerate(proximity_features(tree)):
        yield f"{FEATURE}{place}", match_feature(feature)


def _named_words(tree: Node | None) -> Iterator[tuple[str, QueryBody]]:
    """Yield each word, phrase and prefix with its name."""
    for leaf in positive_terms(tree):
        if isinstance(leaf, Words):
            for term in query_terms(leaf.text):
                yield f"{WORD}{term.form}", in_any_form(term, leaf.field)
        else:
            shown = f"“{leaf.text}”" if isinstance(leaf, Phrase) else f"{leaf.text}*"
            yield f"{WORD}{shown}", build_query(leaf, lambda terms, column: [])
