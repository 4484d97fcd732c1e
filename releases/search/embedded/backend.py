"""Embedded search engine on Whoosh.

Unlike Haystack's own backend: entries are read from the database under the index lock, so no late
writer can bring back withdrawn text; a lock timeout is an error, never a silent skip; reads
go through `snapshot`; results are limited to public releases.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import Error
from django.utils.module_loading import import_string
from haystack.exceptions import SearchBackendError
from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError, FileIndex
from whoosh.writing import CLEAR

from releases.content.cursors import Cursor
from releases.models import Release
from releases.search.embedded.entries import entry
from releases.search.embedded.generations import LOCK_POLL_INTERVAL, Generations
from releases.search.embedded.maintenance import Maintenance, damaged_files
from releases.search.embedded.matching import Matching
from releases.search.embedded.snapshot import Snapshot, current_snapshot
from releases.search.embedded.writer import Writer, merge_smallest, open_writer
from releases.search.engine import IndexUnusableError, Matches, Order, Visibility, public_ids
from releases.search.explanation import Explanation
from releases.search.fingerprint import fingerprint
from releases.search.haystack.backend import HaystackBackend, HaystackEngine
from releases.search.query.tree import Node

if TYPE_CHECKING:
    from releases.search.haystack.requests import SearchRequest, SearchResponse

Result = TypeVar("Result")

LOCK_TIMEOUT = 5.0  # seconds
REQUEST_LOCK_TIMEOUT = 0.2  # seconds, within a request
MAX_ATTEMPTS = 5  # to read an index whose files a writer just replaced

# Maintenance merges segments, so a request normally does not. Without maintenance this keeps open
# files, a dozen per segment, within limits.
REQUEST_MERGE_POLICY = merge_smallest(24, 64)


class WhooshBackend(HaystackBackend):
    """Whoosh index in a folder of generations. One per thread; threads share snapshots."""

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        self.generations = Generations(Path(options["PATH"]), fingerprint("whoosh"))
        self._opened: FileIndex | None = None

    @property
    def index(self) -> FileIndex:
        """Open the current generation. Raises IndexUnusableError."""
        folder = str(self.generations.current())
        if self._opened is None or self._opened.storage.folder != folder:
            self._opened = FileIndex(FileStorage(folder), schema=self.schema)
        return self._opened

    # Writing

    def refresh(
        self, ids: Iterable[int], at: datetime.datetime | None = None, in_request: bool = False
    ) -> dict[int, str]:
        """Implement `Engine.refresh`. Deletes every other entry that is no longer public, too."""
        # The database is read only under the lock, so the last writer has the latest text.
        wanted = set(ids)
        with self.generations.writing(REQUEST_LOCK_TIMEOUT if in_request else LOCK_TIMEOUT):
            self.generations.note(wanted)
            self.generations.require_current()
            return self.reindex(self.index, current_snapshot(self.index), wanted, at)

    def reindex(
        self, index: FileIndex, snapshot: Snapshot, wanted: set[int], at: datetime.datetime | None
    ) -> dict[int, str]:
        """Reindex releases in this index; `snapshot` is its newest."""
        failed: dict[int, str] = {}
        with open_writer(index, REQUEST_MERGE_POLICY) as writer:
            for values in self.entries(wanted, failed, at):
                writer.add_document(**values)
            kept = public_ids(at) - (wanted - failed.keys())
            _delete(writer, snapshot, lambda pk: pk not in kept)
        return failed

    def entry(self, release: Release, prepared: dict[str, Any]) -> dict[str, Any]:
        return entry(prepared, self.prose)

    def remove_entry(self, pk: int) -> None:
        with (
            self.generations.writing(LOCK_TIMEOUT),
            open_writer(self.index, REQUEST_MERGE_POLICY) as writer,
        ):
            _delete(writer, current_snapshot(self.index), lambda other: other == pk)

    def clear_entries(self) -> None:
        with self.generations.writing(LOCK_TIMEOUT), open_writer(self.index, CLEAR):
            pass

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        return Maintenance(self).rebuild(progress)

    def maintain(self) -> dict[int, str]:
        return Maintenance(self).maintain()

    # Reading

    def check(self) -> None:
        self.indexed()

    def indexed(self) -> set[int]:
        return self._call_snapshot(Snapshot.releases)

    def _call_snapshot(self, operation: Callable[[Snapshot], Result]) -> Result:
        """Run an operation on the newest snapshot, retrying if its files were just replaced.

        Raises IndexUnusableError.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                return operation(current_snapshot(self.index))
            except (FileNotFoundError, EmptyIndexError) as error:
                failure: Exception = error
                time.sleep(LOCK_POLL_INTERVAL)
            except OSError as error:
                raise IndexUnusableError("The files of the search index cannot be read.") from error
            except (Error, SearchBackendError):
                raise
            except Exception as error:  # Whoosh raises any error at all on damaged files
                if not self._is_damaged():
                    raise
                raise IndexUnusableError("The search index is damaged.") from error
        raise IndexUnusableError("Files of the search index are missing.") from failure

    def _is_damaged(self) -> bool:
        try:
            return bool(damaged_files(self.index))
        except SearchBackendError:
            raise
        except Exception:  # the table of contents is damaged
            return True

    def find(
        self,
        tree: Node | None,
        visibility: Visibility,
        order: Order = "relevance",
        first: int = 0,
        size: int = 20,
        after: Cursor | None = None,
    ) -> Matches:
        return self._call_snapshot(
            lambda snapshot: Matching(snapshot, tree, after).found(visibility, order, first, size)
        )

    def counts(self, trees: Sequence[Node], visibility: Visibility) -> list[int]:
        return self._call_snapshot(
            lambda snapshot: [Matching(snapshot, tree).count(visibility) for tree in trees]
        )

    def explain(
        self, tree: Node | None, visibility: Visibility, ids: Collection[int]
    ) -> dict[int, Explanation]:
        return self._call_snapshot(
            lambda snapshot: Matching(snapshot, tree).explained(visibility, ids)
        )

    def search_haystack(self, request: SearchRequest) -> SearchResponse:
        search = import_string("releases.search.haystack.embedded.search")
        return self._call_snapshot(lambda snapshot: search(snapshot, request))


class WhooshEngine(HaystackEngine):
    """Engine class for HAYSTACK_CONNECTIONS."""

    backend = WhooshBackend


def _delete(writer: Writer, snapshot: Snapshot, is_gone: Callable[[int], bool]) -> None:
    """Delete entries by release id; `snapshot` is the index's newest."""
    for number in snapshot.live:
        if is_gone(snapshot.ids[number]):
            writer.delete_document(number)
