"""Haystack's query strings. Whoosh's parser reads them, whichever engine runs them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, Protocol

from haystack.backends import BaseSearchBackend, log_query
from haystack.backends.whoosh_backend import WhooshSearchBackend, WhooshSearchQuery
from haystack.constants import DEFAULT_ALIAS, DJANGO_CT
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_model_ct
from whoosh import query
from whoosh.fields import Schema
from whoosh.qparser import FuzzyTermPlugin, QueryParser

from releases.search.analysis.analyzer import fold, words
from releases.search.analysis.entry_terms import EXACT_SUFFIX
from releases.search.analysis.stemming import variants
from releases.search.embedded.entries import to_naive_utc
from releases.search.haystack.requests import SearchRequest, SearchResponse

MATCH_ALL = ("*", "*:*")  # Haystack's query strings that match everything


class Searchable(Protocol):
    """Backend of either engine."""

    connection_alias: str

    @property
    def schema(self) -> Schema: ...

    @property
    def prose(self) -> list[str]: ...

    @property
    def content(self) -> str: ...

    def search_haystack(self, request: SearchRequest) -> SearchResponse: ...


class QueryStrings(BaseSearchBackend):
    """A backend that reads query strings, by the rules of Haystack's Whoosh backend."""

    RESERVED_WORDS = WhooshSearchBackend.RESERVED_WORDS
    RESERVED_CHARACTERS = WhooshSearchBackend.RESERVED_CHARACTERS
    _from_python = WhooshSearchBackend._from_python

    def __init__(self, backend: Searchable) -> None:
        super().__init__(backend.connection_alias)
        self.backend = backend

    @cached_property
    def parser(self) -> QueryParser:
        parser = ProseParser(self.backend.content, self.backend.schema)
        parser.prose = self.backend.prose
        parser.add_plugins([FuzzyTermPlugin])
        return parser

    @log_query
    def search(self, query_string: str, **options: Any) -> dict[str, Any]:
        """Run a SearchQuerySet. Sorts in any mix of directions; facets count whole values.

        Raises SearchBackendError for anything not supported.
        """
        if not query_string:
            return {"results": [], "hits": 0}
        response = self.backend.search_haystack(self._request(query_string, options))
        return {
            "results": response.results,
            "hits": response.hits,
            "facets": {"fields": response.facets},
            "spelling_suggestion": None,
        }

    def _request(self, query_string: str, options: dict[str, Any]) -> SearchRequest:
        if options.get("date_facets") or options.get("query_facets"):
            raise SearchBackendError("Only field facets are supported, such as facet('year').")
        narrow = map(self._parse, options.get("narrow_queries") or ())
        return SearchRequest(
            query=self._parse(query_string),
            narrow=(*narrow, *_model_filter(options.get("models"))),
            sort_by=options.get("sort_by") or (),
            rows=slice(options.get("start_offset") or 0, options.get("end_offset")),
            facets=options.get("facets") or (),
            result_class=options.get("result_class") or SearchResult,
        )

    def _parse(self, query_string: str) -> query.Query:
        if query_string.strip("()") in MATCH_ALL:
            return query.Every()
        return self.parser.parse(str(query_string)).accept(self._use_exact_column).normalize()

    def _use_exact_column(self, node: query.Query) -> query.Query:
        """Move phrases and prefixes to the column of unstemmed words."""
        if getattr(node, "fieldname", None) not in self.backend.prose:
            return node
        if isinstance(node, query.Phrase):
            node.fieldname += EXACT_SUFFIX
        if isinstance(node, query.PatternQuery | query.FuzzyTerm):
            node.fieldname += EXACT_SUFFIX
            node.text = fold(node.text)
        return node


class HaystackQuery(WhooshSearchQuery):
    """Haystack's query strings, with datetimes in UTC as in the index."""

    backend: Any

    def __init__(self, using: str = DEFAULT_ALIAS) -> None:
        super().__init__(using)
        self.backend = QueryStrings(self.backend)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.backend = QueryStrings(self.backend)

    def _convert_datetime(self, date: Any) -> str:
        return str(super()._convert_datetime(to_naive_utc(date)))


class ProseParser(QueryParser):
    """Whoosh's parser, matching all words of a text in columns of prose, each in any form."""

    prose: list[str]

    def term_query(
        self, name: str, text: str, termclass: type, boost: float = 1.0, **options: Any
    ) -> query.Query:
        if name not in self.prose:
            return super().term_query(name, text, termclass, boost, **options)
        forms = (form for word in words(text) for form in word.query_forms)
        return query.And([_any_form(name, form, boost) for form in forms]).normalize()


def _any_form(name: str, form: str, boost: float) -> query.Query:
    """Match a word of unknown language by any of its possible stems."""
    terms = [query.Term(name, variant, boost=boost) for variant in variants(form)]
    return query.Or(terms).normalize()


def _model_filter(models: Collection[type] | None) -> Iterator[query.Query]:
    if models:
        yield query.Or([query.Term(DJANGO_CT, get_model_ct(model)) for model in models])
