"""Whoosh behind Haystack, and behind the site's own search.

What differs from Haystack's own: an entry is always made from the database as it is under the
index's lock, so that no late writer can bring withdrawn text back; a lock that stays busy is an
error, never a silent skip; what is read goes through `snapshot`; results are checked against the
gate. The index lies in `generations`, which `whoosh_upkeep` renews.
"""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from django.db import Error
from haystack.backends import BaseEngine, log_query
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier
from whoosh import query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError, FileIndex
from whoosh.searching import Searcher
from whoosh.writing import CLEAR

from releases.content.cursors import Cursor
from releases.models import Release
from releases.search.embedded.entries import entry
from releases.search.embedded.generations import LOCK_POLL_INTERVAL, Generations
from releases.search.embedded.maintenance import Maintenance, damaged_files
from releases.search.embedded.matching import Matching
from releases.search.embedded.snapshot import Snapshot, current_snapshot
from releases.search.embedded.writer import Writer, merge_smallest, open_writer
from releases.search.engine import Gate, IndexUnusableError, Matches, Order, public_ids
from releases.search.fingerprint import fingerprint
from releases.search.haystack.backend import HaystackBackend, HaystackQuery
from releases.search.query.tree import Node

Result = TypeVar("Result")

LOCK_TIMEOUT = 5.0  # seconds to wait for another writer
REQUEST_LOCK_TIMEOUT = 0.2  # the same within somebody's request
MAX_ATTEMPTS = 5  # at reading an index whose files a writer has just replaced

# Within a request nothing is merged as long as somebody keeps the index up. Where nobody does, the
# open files must not become too many: a dozen for each segment.
REQUEST_MERGE_POLICY = merge_smallest(24, 64)


class WhooshBackend(HaystackBackend):
    """A Whoosh index in a folder of generations, for one thread; threads share what is read."""

    path: str

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **{**options, "PATH": str(options["PATH"])})
        self.generations = Generations(Path(self.path), fingerprint("whoosh"))
        self._opened: FileIndex | None = None

    @property
    def index(self) -> FileIndex:
        """The generation in use. Raises Unusable where there is none."""
        folder = str(self.generations.current())
        if self._opened is None or self._opened.storage.folder != folder:
            self.ensure_setup()
            self._opened = FileIndex(FileStorage(folder), schema=self.schema)
        return self._opened

    # Writing

    def refresh(
        self, ids: Iterable[int], at: datetime.datetime | None = None, hurry: bool = False
    ) -> dict[int, str]:
        """As `engine.Engine` has it. The database is read only once the lock is held; whatever
        else in the index has ceased to be public goes too."""
        wanted = set(ids)
        with self.generations.writing(REQUEST_LOCK_TIMEOUT if hurry else LOCK_TIMEOUT):
            self.generations.note(wanted)
            self.generations.require_current()
            return self.reindex(self.index, current_snapshot(self.index), wanted, at)

    def reindex(
        self, index: FileIndex, snapshot: Snapshot, wanted: set[int], at: datetime.datetime | None
    ) -> dict[int, str]:
        """Refresh the entries in this index, of which this is the newest snapshot."""
        failed: dict[int, str] = {}
        with open_writer(index, REQUEST_MERGE_POLICY) as writer:
            for values in self.entries(wanted, failed, at):
                writer.add_document(**values)
            kept = public_ids(at) - (wanted - failed.keys())
            _delete(writer, snapshot, lambda pk: pk not in kept)
        return failed

    def entry(self, release: Release, prepared: dict[str, Any]) -> dict[str, Any]:
        """As HaystackBackend has it."""
        return entry(prepared, self.prose)

    def remove(self, obj_or_string: Release | str, commit: bool = True) -> None:
        """Take an entry out. Raises Busy while another writer keeps the lock."""
        gone = int(get_identifier(obj_or_string).rpartition(".")[2])
        with (
            self.generations.writing(LOCK_TIMEOUT),
            open_writer(self.index, REQUEST_MERGE_POLICY) as writer,
        ):
            _delete(writer, current_snapshot(self.index), lambda pk: pk == gone)

    def clear(self, models: Collection[type] | None = None, commit: bool = True) -> None:
        """Take all entries out; `maintain` has them in again."""
        if models is None or Release in models:
            with self.generations.writing(LOCK_TIMEOUT), open_writer(self.index, CLEAR):
                pass

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        """As `engine.Engine` has it."""
        return Maintenance(self).rebuild(progress)

    def maintain(self) -> dict[int, str]:
        """As `engine.Engine` has it."""
        return Maintenance(self).maintain()

    # Reading

    def check(self) -> None:
        """As `engine.Engine` has it."""
        self.indexed()

    def indexed(self) -> set[int]:
        """As `engine.Engine` has it."""
        return self._call_snapshot(Snapshot.releases)

    def _call_snapshot(self, operation: Callable[[Snapshot], Result]) -> Result:
        """Ask the newest snapshot; a file that was replaced before it was opened is no error.
        Raises Unusable where the index can not be read."""
        for _ in range(MAX_ATTEMPTS):
            try:
                return operation(current_snapshot(self.index))
            except (FileNotFoundError, EmptyIndexError) as error:
                failure: Exception = error
                time.sleep(LOCK_POLL_INTERVAL)
            except OSError as error:
                raise IndexUnusableError(
                    "The files of the search index can not be read."
                ) from error
            except (Error, SearchBackendError):
                raise
            except Exception as error:  # Whoosh meets damage with whatever error comes first
                if not self._is_damaged():
                    raise
                raise IndexUnusableError("The search index is damaged.") from error
        raise IndexUnusableError("Files of the search index are missing.") from failure

    def _is_damaged(self) -> bool:
        try:
            return bool(damaged_files(self.index))
        except SearchBackendError:
            raise
        except Exception:  # its table of contents, which names the rest
            return True

    # The site's search

    def find(
        self,
        tree: Node | None,
        gate: Gate,
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
        after: Cursor | None = None,
    ) -> Matches:
        """As `engine.Engine` has it."""
        public = gate.public
        return self._call_snapshot(
            lambda snapshot: Matching(snapshot, tree, after).found(public, order, first, size)
        )

    def counts(self, trees: Sequence[Node], gate: Gate) -> list[int]:
        """As `engine.Engine` has it."""
        return [self.find(tree, gate, size=0).total for tree in trees]

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
        if not query_string:
            return {"results": [], "hits": 0}
        sought, narrowed = self.queries(query_string, narrow_queries, models, options)
        rows = slice(start_offset or 0, end_offset)
        kind = result_class or SearchResult
        return self._call_snapshot(
            lambda snapshot: _to_haystack(
                snapshot, sought, narrowed, sort_by or (), rows, facets or (), kind
            )
        )


class WhooshEngine(BaseEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = WhooshBackend
    query = HaystackQuery


def _to_haystack(
    snapshot: Snapshot,
    sought: query.Query,
    narrowed: list[query.Query],
    sort_by: Sequence[str],
    rows: slice,
    facets: Collection[str],
    result_class: type,
) -> dict[str, Any]:
    """What Haystack takes for an answer."""
    with snapshot.reader() as reader:
        searcher = Searcher(reader)
        public = snapshot.public(public_ids())
        numbers = {n for n in searcher.docs_for_query(query.And([sought, *narrowed])) if public[n]}
        if sort_by or isinstance(sought, query.Every):
            ordered = [(number, 0.0) for number in _sorted(snapshot, numbers, sort_by)]
        else:
            ordered = _search_ranked(searcher, sought, numbers, rows.stop)
        results = [
            _result(reader.stored_fields(number), score, result_class)
            for number, score in ordered[rows]
        ]
    return {
        "results": results,
        "hits": len(numbers),
        "facets": {"fields": {name: _facet(snapshot, numbers, name) for name in facets}},
        "spelling_suggestion": None,
    }


def _delete(writer: Writer, snapshot: Snapshot, is_gone: Callable[[int], bool]) -> None:
    """Delete the entries of the releases that are gone, by id; the snapshot is the newest."""
    for number in snapshot.live:
        if is_gone(snapshot.ids[number]):
            writer.delete_document(number)


def _sorted(snapshot: Snapshot, numbers: set[int], sort_by: Sequence[str]) -> list[int]:
    """By these columns, - for the largest first; then the newest first."""
    ordered = sorted(numbers, key=snapshot.columns.newest_first.__getitem__)
    for name in reversed(sort_by):
        values = _values(snapshot, name.removeprefix("-"))
        ordered.sort(key=values.__getitem__, reverse=name.startswith("-"))
    return ordered


def _search_ranked(
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
