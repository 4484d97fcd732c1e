"""Haystack's backend interface, shared by both engines.

Query strings are parsed by Whoosh's parser whichever engine runs them. Haystack's Whoosh backend is
subclassed only for its query syntax and value conversion.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import Error
from haystack import connections
from haystack.backends import log_query
from haystack.backends.whoosh_backend import WhooshSearchBackend, WhooshSearchQuery
from haystack.constants import DJANGO_CT
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct
from whoosh import query
from whoosh.fields import Schema
from whoosh.qparser import FuzzyTermPlugin, QueryParser

from releases.models import Release
from releases.search.analysis.analyzer import fold
from releases.search.analysis.entry_terms import EXACT_SUFFIX
from releases.search.embedded.entries import columns_for, to_naive_utc
from releases.search.embedded.fields import StemColumn
from releases.search.haystack.requests import SearchRequest, SearchResponse

logger = logging.getLogger(__name__)

MATCH_ALL = ("*", "*:*")  # Haystack's query strings that match everything


class HaystackBackend(WhooshSearchBackend):
    """Base of both backends. Haystack creates one per thread."""

    def setup(self) -> None:
        """Build schema and parser. The index is opened on first use."""
        columns = columns_for(self.fields.values())
        self.schema = Schema(**columns)
        self.prose = [name for name, column in columns.items() if isinstance(column, StemColumn)]
        content = next(field for field in self.fields.values() if field.document)
        self.parser = QueryParser(content.index_fieldname, schema=self.schema)
        self.parser.add_plugins([FuzzyTermPlugin])
        self.setup_complete = True

    def ensure_setup(self) -> None:
        if not self.setup_complete:
            self.setup()

    @property
    def fields(self) -> dict[str, Any]:
        """Return the fields of the index definition, by name."""
        return connections[self.connection_alias].get_unified_index().all_searchfields()

    def update(self, index: Any, iterable: Iterable[Release], commit: bool = True) -> None:
        """Reindex these releases from the database. Raises SearchBackendError if any failed."""
        failed = self.refresh([release.pk for release in iterable])
        if failed:
            raise SearchBackendError(f"Could not be indexed, by id: {failed}")

    def remove(self, obj_or_string: Release | str, commit: bool = True) -> None:
        """Delete a release's entry. Raises IndexLockedError while another process writes."""
        self.remove_entry(int(get_identifier(obj_or_string).rpartition(".")[2]))

    def clear(self, models: Collection[type] | None = None, commit: bool = True) -> None:
        """Delete all entries; `maintain` indexes them again."""
        if models is None or Release in models:
            self.clear_entries()

    def entries(
        self,
        wanted: Collection[int],
        failed: dict[int, str],
        at: datetime.datetime | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield the entries of the wanted releases that are public at `at`.

        One bad release never stops the rest: its error goes to `failed`, by id.
        """
        self.ensure_setup()
        index = connections[self.connection_alias].get_unified_index().get_index(Release)
        for release in index.public(at).filter(pk__in=wanted):
            try:
                entry = self.entry(release, index.full_prepare(release))
            except Error:  # the database is down; not the release's fault
                raise
            except Exception as error:
                logger.exception("Release %s cannot be indexed.", release.number)
                failed[release.pk] = f"{type(error).__name__}: {error}"
            else:
                yield entry

    def entry(self, release: Release, prepared: dict[str, Any]) -> dict[str, Any]:
        """Convert the values that Haystack prepared to the engine's entry."""
        raise NotImplementedError

    def remove_entry(self, pk: int) -> None:
        """Delete a release's entry."""
        raise NotImplementedError

    def clear_entries(self) -> None:
        """Delete all entries."""
        raise NotImplementedError

    @log_query
    def search(self, query_string: str, **options: Any) -> dict[str, Any]:
        """Run a SearchQuerySet. Sorts in any mix of directions; facets count whole values.

        Raises SearchBackendError for anything not supported.
        """
        if not query_string:
            return {"results": [], "hits": 0}
        response = self.search_haystack(self._request(query_string, options))
        return {
            "results": response.results,
            "hits": response.hits,
            "facets": {"fields": response.facets},
            "spelling_suggestion": None,
        }

    def _request(self, query_string: str, options: dict[str, Any]) -> SearchRequest:
        if options.get("date_facets") or options.get("query_facets"):
            raise SearchBackendError("Only field facets are supported, such as facet('year').")
        self.ensure_setup()
        narrow = map(self._parse, options.get("narrow_queries") or ())
        return SearchRequest(
            query=self._parse(query_string),
            narrow=(*narrow, *_model_filter(options.get("models"))),
            sort_by=options.get("sort_by") or (),
            rows=slice(options.get("start_offset") or 0, options.get("end_offset")),
            facets=options.get("facets") or (),
            result_class=options.get("result_class") or SearchResult,
        )

    def search_haystack(self, request: SearchRequest) -> SearchResponse:
        """Run a request over public releases."""
        raise NotImplementedError

    def _parse(self, query_string: str) -> query.Query:
        if query_string.strip("()") in MATCH_ALL:
            return query.Every()
        return self.parser.parse(str(query_string)).accept(self._use_exact_column).normalize()

    def _use_exact_column(self, node: query.Query) -> query.Query:
        """Move phrases and prefixes to the column of unstemmed words."""
        if getattr(node, "fieldname", None) not in self.prose:
            return node
        if isinstance(node, query.Phrase):
            node.fieldname += EXACT_SUFFIX
        if isinstance(node, query.PatternQuery | query.FuzzyTerm):
            node.fieldname += EXACT_SUFFIX
            node.text = fold(node.text)
        return node


class HaystackQuery(WhooshSearchQuery):
    """Haystack's query strings, with datetimes in UTC as in the index."""

    def _convert_datetime(self, date: Any) -> str:
        return str(super()._convert_datetime(to_naive_utc(date)))


def _model_filter(models: Collection[type] | None) -> Iterator[query.Query]:
    if models:
        yield query.Or([query.Term(DJANGO_CT, get_model_ct(model)) for model in models])
