"""Parsed searches of Haystack, and their results."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from whoosh import query


@dataclass(frozen=True)
class SearchRequest:
    """Parsed arguments of Haystack's `search`."""

    query: query.Query
    narrow: Sequence[query.Query]
    sort_by: Sequence[str]
    rows: slice
    facets: Collection[str]
    result_class: type

    @property
    def is_ranked(self) -> bool:
        return not self.sort_by and not isinstance(self.query, query.Every)


class SearchResponse(NamedTuple):
    """One slice of results, the number of matches, and (value, count) pairs by facet."""

    results: list[Any]
    hits: int
    facets: dict[str, list[tuple[Any, int]]]
