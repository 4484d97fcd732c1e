"""Haystack's queries over the embedded index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SearchBackendError
from whoosh import query
from whoosh.searching import Searcher

from releases.search.embedded.snapshot import Snapshot
from releases.search.engine import public_ids
from releases.search.haystack.requests import SearchRequest, SearchResponse


def search(snapshot: Snapshot, request: SearchRequest) -> SearchResponse:
    """Run a request over a snapshot."""
    with snapshot.reader() as reader:
        searcher = Searcher(reader)
        public = snapshot.public(public_ids())
        found = searcher.docs_for_query(query.And([request.query, *request.narrow]))
        numbers = {number for number in found if public[number]}
        if request.is_ranked:
            ordered = _search_ranked(searcher, request, numbers)
        else:
            ordered = [(number, 0.0) for number in _sorted(snapshot, numbers, request.sort_by)]
        results = [
            _result(reader.stored_fields(number), score, request.result_class)
            for number, score in ordered[request.rows]
        ]
    facets = {name: _facet(snapshot, numbers, name) for name in request.facets}
    return SearchResponse(results, len(numbers), facets)


def _search_ranked(
    searcher: Searcher, request: SearchRequest, numbers: set[int]
) -> list[tuple[int, float]]:
    limit = request.rows.stop
    results = searcher.search(request.query, filter=numbers, limit=limit, optimize=False)
    return [(number, score) for score, number in results.top_n]


def _sorted(snapshot: Snapshot, numbers: set[int], sort_by: Sequence[str]) -> list[int]:
    """Sort by columns, descending after a "-"; break ties by newest first."""
    ordered = sorted(numbers, key=snapshot.columns.newest_first.__getitem__)
    for name in reversed(sort_by):
        values = _values(snapshot, name.removeprefix("-"))
        ordered.sort(key=values.__getitem__, reverse=name.startswith("-"))
    return ordered


def _facet(snapshot: Snapshot, numbers: set[int], name: str) -> list[tuple[Any, int]]:
    """Count each value of a column, most frequent first."""
    values = map(_values(snapshot, name).__getitem__, numbers)
    counts = Counter(
        chain.from_iterable(value if isinstance(value, list) else [value] for value in values)
    )
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _values(snapshot: Snapshot, name: str) -> list[Any]:
    if name in (ID, DJANGO_ID):
        return snapshot.ids
    try:
        return snapshot.column(name)
    except KeyError:
        raise SearchBackendError(f"The index can neither sort by nor count {name!r}.") from None


def _result(stored: dict[str, Any], score: float, result_class: type) -> Any:
    fields = dict(stored)
    app_label, model_name = fields.pop(DJANGO_CT).split(".")
    return result_class(app_label, model_name, fields.pop(DJANGO_ID), score, **fields)
