"""Whoosh behind Haystack, and behind the site's own search.

Haystack's backend for Whoosh is taken for its shape alone. What differs: an entry is always made
from the database as it is under the index's lock, so that no late writer can bring withdrawn text
back; a lock that stays busy is an error, never a silent skip; what is read goes through
`snapshot`; results are checked against the gate.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from haystack import connections
from haystack.backends import BaseEngine, log_query
from haystack.backends.whoosh_backend import WhooshSearchBackend, WhooshSearchQuery
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct
from whoosh import query
from whoosh.fields import DATETIME, NUMERIC, Schema
from whoosh.fields import ID as VALUE
from whoosh.filedb.filestore import FileStorage
from whoosh.index import LockError
from whoosh.searching import Searcher
from whoosh.writing import CLEAR

from releases.models import Release
from releases.search.analysis import fold
from releases.search.engine import Found, Order, public_ids
from releases.search.matching import Matching
from releases.search.snapshot import Snapshot, current
from releases.search.whoosh_fields import EXACT, ExactColumn, Prose, StemColumn, ValuesColumn
from releases.search.whoosh_writer import Writer, merge_some

PATIENCE = 5.0  # seconds to wait for another writer
EVERYTHING = ("*", "*:*")  # Haystack's query strings without a condition


class WhooshBackend(WhooshSearchBackend):
    """One Whoosh index in a folder, for one thread; threads share what is read."""

    path: str

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **{**options, "PATH": str(options["PATH"])})

    def setup(self) -> None:
        """Open the index, and make it if there is none; safe when two processes do it at once."""
        Path(self.path).mkdir(parents=True, exist_ok=True)
        lock = FileStorage(self.path).lock("creation")
        lock.acquire(blocking=True)
        try:
            super().setup()
        finally:
            lock.release()

    def build_schema(self, fields: dict[str, Any]) -> tuple[str, Schema]:
        """The columns for Haystack's fields; prose has two, by stem and word for word."""
        columns: dict[str, Any] = {
            ID: VALUE(stored=True, unique=True),
            DJANGO_CT: VALUE(stored=True),
            DJANGO_ID: VALUE(stored=True, sortable=True),
        }
        content = ""
        for field in fields.values():
            name = field.index_fieldname
            content = name if field.document else content
            columns[name] = _column(field)
            if isinstance(columns[name], StemColumn):
                columns[name].stored = field.stored
                columns[name + EXACT] = ExactColumn()
        self.prose = [name for name, column in columns.items() if isinstance(column, StemColumn)]
        return content, Schema(**columns)

    # Writing

    def update(self, index: Any, iterable: Iterable[Release], commit: bool = True) -> None:
        """Make the entries of these releases anew, as the database now has them."""
        failed = self.refresh([release.pk for release in iterable])
        if failed:
            raise SearchBackendError(f"Could not be indexed, by id: {failed}")

    def refresh(self, ids: Iterable[int], at: datetime.datetime | None = None) -> dict[int, str]:
        """As `engine.Engine` has it. The database is read only once the lock is held; whatever
        else in the index has ceased to be public goes too."""
        with self._writing() as writer:
            index = self._release_index()
            wanted = set(ids)
            failed: dict[int, str] = {}
            entries = []
            for release in index.public(at).filter(pk__in=wanted):
                try:
                    entries.append(self._entry(index.full_prepare(release)))
                except Exception as error:  # one bad release never stops the rest
                    failed[release.pk] = f"{type(error).__name__}: {error}"
            kept = public_ids(at) - (wanted - failed.keys())
            self._delete(writer, lambda pk: pk not in kept)
            for entry in entries:
                writer.add_document(**entry)
        return failed

    def remove(self, obj_or_string: Release | str, commit: bool = True) -> None:
        """Take an entry out. Raises SearchBackendError while another writer keeps the lock."""
        gone = int(get_identifier(obj_or_string).rpartition(".")[2])
        with self._writing() as writer:
            self._delete(writer, lambda pk: pk == gone)

    def clear(self, models: Collection[type] | None = None, commit: bool = True) -> None:
        """Take all entries out."""
        if models is None or Release in models:
            with self._writing(merge=CLEAR):
                pass

    @contextmanager
    def _writing(self, merge: Any = merge_some) -> Iterator[Writer]:
        """Hold the index's lock, and write all that the block does in one durable commit."""
        self._ensure_setup()
        try:
            writer = Writer(self.index, PATIENCE)
        except LockError:
            raise SearchBackendError(
                f"Another process has been writing the search index for {PATIENCE:.0f} seconds. "
                "Try again; if it goes on, look for a stuck process."
            ) from None
        try:
            yield writer
            writer.commit(mergetype=merge)
        finally:
            if not writer.is_closed:
                writer.cancel()

    def _entry(self, prepared: dict[str, Any]) -> dict[str, Any]:
        """Haystack's prepared values as the columns take them."""
        entry = {name: _as_stored(value) for name, value in prepared.items() if value is not None}
        for name in self.prose:
            text = str(prepared[name] or "")
            entry[name] = entry[name + EXACT] = Prose(text, prepared["language"])
            entry[f"_stored_{name}"] = text
        return entry

    def _delete(self, writer: Writer, is_gone: Callable[[int], bool]) -> None:
        """Delete the entries of the releases that are gone, by id."""
        snapshot = current(self.index)
        for number in snapshot.live:
            if is_gone(snapshot.ids[number]):
                writer.delete_document(number)

    def _release_index(self) -> Any:
        return connections[self.connection_alias].get_unified_index().get_index(Release)

    def _ensure_setup(self) -> None:
        if not self.setup_complete:
            self.setup()

    # The site's search

    def find(
        self,
        tree: Any,
        public: Collection[int],
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
    ) -> Found:
        """As `engine.Engine` has it."""
        self._ensure_setup()
        return Matching(current(self.index), tree).found(public, order, first, size)

    # Haystack's search

    @log_query
    def search(
        self,
        query_string: str,
        sort_by: Sequence[str] | None = None,
        start_offset: int | None = 0,
        end_offset: int | None = None,
        facets: Collection[str] | None = None,
        narrow_queries: Collection[str] | None = None,
        models: Collection[type] | None = None,
        result_class: type | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """What SearchQuerySet asks. Any columns sort, in any directions; facets count whole
        values. Raises SearchBackendError for what it does not offer."""
        if options.get("date_facets") or options.get("query_facets"):
            raise SearchBackendError("Only facets of fields are offered: facet('year'), say.")
        self._ensure_setup()
        if not query_string:
            return {"results": [], "hits": 0}
        snapshot = current(self.index)
        sought = self._parse(query_string)
        conditions = [sought, *map(self._parse, narrow_queries or ()), *_of_models(models)]
        with snapshot.reader() as reader:
            searcher = Searcher(reader)
            numbers = set(searcher.docs_for_query(query.And(conditions)))
            numbers = snapshot.public(numbers, public_ids())
            if sort_by or isinstance(sought, query.Every):
                ordered = [(n, 0.0) for n in _sorted(snapshot, numbers, sort_by or ())]
            else:
                ordered = _ranked(searcher, sought, numbers, end_offset)
            results = [
                _result(reader.stored_fields(number), score, result_class or SearchResult)
                for number, score in ordered[start_offset or 0 : end_offset]
            ]
        return {
            "results": results,
            "hits": len(numbers),
            "facets": {"fields": {name: _facet(snapshot, numbers, name) for name in facets or ()}},
            "spelling_suggestion": None,
        }

    def _parse(self, query_string: str) -> query.Query:
        if query_string.strip("()") in EVERYTHING:
            return query.Every()
        return self.parser.parse(str(query_string)).accept(self._as_it_stands).normalize()

    def _as_it_stands(self, node: query.Query) -> query.Query:
        """Phrases and prefixes look into the column that holds words as they stand."""
        if getattr(node, "fieldname", None) not in self.prose:
            return node
        if isinstance(node, query.Phrase):
            node.fieldname += EXACT
        if isinstance(node, query.PatternQuery | query.FuzzyTerm):
            node.fieldname += EXACT
            node.text = fold(node.text)
        return node


class WhooshQuery(WhooshSearchQuery):
    """Haystack's query strings, with moments in UTC as the index has them."""

    def _convert_datetime(self, date: datetime.date) -> str:
        return str(super()._convert_datetime(_as_stored(date)))


class WhooshEngine(BaseEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = WhooshBackend
    query = WhooshQuery


def _column(field: Any) -> Any:
    """The column for one of Haystack's fields."""
    if field.is_multivalued:
        return ValuesColumn()
    if field.field_type in ("date", "datetime"):
        return DATETIME(stored=True, sortable=True)
    if field.field_type == "integer":
        return NUMERIC(numtype=int, stored=True, sortable=True)
    if field.field_type == "value":
        return VALUE(stored=True, sortable=True)
    return StemColumn(float(field.boost or 1))


def _as_stored(value: Any) -> Any:
    """Moments without a zone, in UTC, since the column has none."""
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time.min)
    return value


def _of_models(models: Collection[type] | None) -> list[query.Query]:
    if not models:
        return []
    return [query.Or([query.Term(DJANGO_CT, get_model_ct(model)) for model in models])]


def _sorted(snapshot: Snapshot, numbers: set[int], sort_by: Sequence[str]) -> list[int]:
    """By these columns, - for the largest first; then the newest first."""
    ordered = sorted(numbers, key=snapshot.newest_first.__getitem__)
    for name in reversed(sort_by):
        values = _values(snapshot, name.removeprefix("-"))
        ordered.sort(key=values.__getitem__, reverse=name.startswith("-"))
    return ordered


def _ranked(
    searcher: Searcher, sought: query.Query, numbers: set[int], end: int | None
) -> list[tuple[int, float]]:
    results = searcher.search(sought, filter=numbers, limit=end, optimize=False)
    return [(number, score) for score, number in results.top_n]


def _facet(snapshot: Snapshot, numbers: set[int], name: str) -> list[tuple[Any, int]]:
    """How often each value occurs, the most frequent first."""
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
        raise SearchBackendError(f"The index can neither sort by {name!r} nor count it.") from None


def _result(stored: dict[str, Any], score: float, result_class: type) -> Any:
    fields = dict(stored)
    app_label, model_name = fields.pop(DJANGO_CT).split(".")
    return result_class(app_label, model_name, fields.pop(DJANGO_ID), score, **fields)
