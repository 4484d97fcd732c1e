"""Haystack's queries, parsed by Whoosh, over OpenSearch."""

from __future__ import annotations

from typing import Any

from haystack.constants import DJANGO_ID, ID
from haystack.exceptions import SearchBackendError
from whoosh import query
from whoosh.fields import DATETIME, NUMERIC, Schema
from whoosh.util.times import long_to_datetime

from releases.search.engine import Visibility
from releases.search.haystack.requests import SearchRequest, SearchResponse
from releases.search.opensearch.queries import (
    MAX_BUCKETS,
    NEWEST_FIRST,
    QueryBody,
    exclude_hidden,
)


def search_body(request: SearchRequest, schema: Schema, columns: dict[str, Any]) -> QueryBody:
    """Return the search request for the cluster. Raises SearchBackendError for a column that can
    be neither sorted by nor counted."""
    translate = WhooshTranslator(schema).of
    conditions = {"must": [translate(request.query)], "filter": [*map(translate, request.narrow)]}
    first = request.rows.start
    return {
        "query": exclude_hidden({"bool": conditions}, Visibility().hidden, None),
        "sort": [{"_score": "desc"}, *NEWEST_FIRST]
        if request.is_ranked
        else [*(_sort_clause(name, columns) for name in request.sort_by), *NEWEST_FIRST],
        "from": first,
        "size": max((request.rows.stop or first + MAX_BUCKETS) - first, 0),
        "aggs": {name: _facet_clause(_value_column(name, columns)) for name in request.facets},
        "_source": True,
    }


def parse_response(
    response: dict[str, Any], request: SearchRequest, fields: dict[str, Any]
) -> SearchResponse:
    """Return the cluster's response as Haystack's results and facets."""
    hits, counts = response["hits"], response.get("aggregations", {})
    return SearchResponse(
        [_result(hit, fields, request.result_class) for hit in hits["hits"]],
        hits["total"]["value"],
        {name: _facet_values(counts[name]) for name in request.facets},
    )


class WhooshTranslator:
    """Translation of Whoosh queries over a schema to OpenSearch queries."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def of(self, node: query.Query) -> QueryBody:
        """Translate one query. Raises SearchBackendError for an unsupported kind."""
        match node:
            case query.Every():
                return {"match_all": {}}
            case _ if node == query.NullQuery:
                return {"match_none": {}}
            case query.And():
                return {"bool": {"must": [self.of(child) for child in node]}}
            case query.Or():
                return {"bool": {"should": [self.of(child) for child in node]}}
            case query.Not():
                return {"bool": {"must_not": [self.of(node.query)]}}
            case query.Phrase():
                return {"match_phrase": {node.fieldname: {"query": " ".join(node.words)}}}
            case query.NumericRange():
                return self._range(node)
            case query.DateRange():
                return _range_clause(node, node.startdate, node.enddate)
        return self._term_clause(node)

    def _term_clause(self, node: query.Query) -> QueryBody:
        match node:
            case query.Term():
                value = self._value(node.fieldname, node.text)
                return {"term": {node.fieldname: {"value": value, "boost": node.boost}}}
            case query.Prefix():
                return {"prefix": {node.fieldname: {"value": node.text}}}
            case query.Wildcard():
                return {"wildcard": {node.fieldname: {"value": node.text}}}
            case query.FuzzyTerm():
                how = {"fuzziness": node.maxdist, "prefix_length": node.prefixlength}
                return {"fuzzy": {node.fieldname: {"value": node.text, **how}}}
            case query.TermRange():
                return _range_clause(node, node.start, node.end)
        raise SearchBackendError(f"{type(node).__name__} is not supported.")

    def _range(self, node: query.NumericRange) -> QueryBody:
        # Whoosh stores datetimes as integers.
        limits = (node.start, node.end)
        if isinstance(self._schema[node.fieldname], DATETIME):
            limits = tuple(limit and long_to_datetime(limit) for limit in limits)
        return _range_clause(node, *limits)

    def _value(self, name: str, text: Any) -> Any:
        column = self._schema[name]
        if isinstance(text, bytes) and isinstance(column, NUMERIC):
            return column.from_bytes(text)
        return text


def _range_clause(node: Any, start: Any, end: Any) -> QueryBody:
    low, high = "gt" if node.startexcl else "gte", "lt" if node.endexcl else "lte"
    limits = {low: _to_json(start), high: _to_json(end)}
    return {"range": {node.fieldname: {name: v for name, v in limits.items() if v is not None}}}


def _to_json(limit: Any) -> Any:
    return limit.isoformat() if hasattr(limit, "isoformat") else limit


def _sort_clause(name: str, columns: dict[str, Any]) -> dict[str, str]:
    column = _value_column(name.removeprefix("-"), columns)
    return {column: "desc" if name.startswith("-") else "asc"}


def _value_column(name: str, columns: dict[str, Any]) -> str:
    """Return the cluster's column. Raises SearchBackendError for prose and unknown columns."""
    if name in (ID, DJANGO_ID):
        return "release"
    if columns.get(name, {}).get("type") not in ("keyword", "long", "date"):
        raise SearchBackendError(f"The index can neither sort by nor count {name!r}.")
    return name


def _facet_clause(column: str) -> QueryBody:
    """Return the aggregation that counts a column's values."""
    return {"terms": {"field": column, "size": MAX_BUCKETS}}


def _facet_values(answer: dict[str, Any]) -> list[tuple[Any, int]]:
    """Return (value, count) pairs, most frequent first."""
    counts = ((bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"])
    return sorted(counts, key=lambda item: (-item[1], item[0]))


def _result(hit: dict[str, Any], fields: dict[str, Any], result_class: type) -> Any:
    """Return the hit as an instance of Haystack's result class."""
    shown = dict(hit["_source"]["shown"])
    app_label, model_name, pk = shown.pop("id").split(".")
    values = {name: fields[name].convert(value) for name, value in shown.items()}
    return result_class(app_label, model_name, pk, hit["_score"] or 0.0, **values)
