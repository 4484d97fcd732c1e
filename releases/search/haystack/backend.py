"""Haystack's backend interface, shared by both engines."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import Error
from django.utils.module_loading import import_string
from haystack import connections
from haystack.backends import BaseEngine, BaseSearchBackend
from haystack.exceptions import SearchBackendError
from haystack.utils import get_identifier
from whoosh.fields import Schema

from releases.models import Release
from releases.search.embedded.entries import columns_for
from releases.search.embedded.fields import StemColumn

if TYPE_CHECKING:
    from releases.search.haystack.requests import SearchRequest, SearchResponse

logger = logging.getLogger(__name__)

# On first use: the site's own search needs neither Whoosh's parser nor Haystack's backend for it.
SYNTAX = "releases.search.haystack.syntax"


class HaystackBackend(BaseSearchBackend):
    """Base of both backends. Haystack creates one per thread."""

    @cached_property
    def schema(self) -> Schema:
        """Whoosh's schema of the index."""
        return Schema(**columns_for(self.fields.values()))

    @cached_property
    def prose(self) -> list[str]:
        """Names of the columns of prose."""
        return [name for name, column in self.schema.items() if isinstance(column, StemColumn)]

    @property
    def content(self) -> str:
        """Name of the column that is searched if a query names none."""
        document = next(field for field in self.fields.values() if field.document)
        return str(document.index_fieldname)

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

    def search(self, query_string: str, **options: Any) -> dict[str, Any]:
        """Run a SearchQuerySet. Raises SearchBackendError for anything not supported."""
        found: dict[str, Any] = import_string(f"{SYNTAX}.QueryStrings")(self).search(
            query_string, **options
        )
        return found

    def search_haystack(self, request: SearchRequest) -> SearchResponse:
        """Run a request over public releases."""
        raise NotImplementedError


class HaystackEngine(BaseEngine):
    """Base of both engine classes."""

    @property
    def query(self) -> Any:
        """Return the class of queries, which Haystack reads here to clone one, too."""
        return import_string(f"{SYNTAX}.HaystackQuery")
