"""Maintenance and rebuild of the Whoosh index.

A rebuild fills a new generation while the current one stays in use. Releases written meanwhile are
noted and reindexed in the new generation before it is activated, so a rebuild that is killed or
fails at any moment has changed nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from haystack.exceptions import SearchBackendError
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import NO_MERGE

from releases.models import PublicChange
from releases.search.embedded import checksums
from releases.search.embedded.generations import Generations
from releases.search.embedded.snapshot import Columns, Snapshot
from releases.search.embedded.writer import merge_smallest, open_writer, smallest_segments
from releases.search.engine import IndexUnusableError, public_ids
from releases.search.outbox import delete_changes, due_change_ids

BATCH = 500  # releases per database query
CATCH_UP_LIMIT = 20  # changes to catch up on while other writers wait
MAX_ROUNDS = 10  # of catching up before giving up
LOCK_TIMEOUT = 60.0  # seconds
MERGE_SEGMENTS = 8  # segments merged at a time
MAX_MERGED_DOCUMENTS = 600  # documents in them: about a second's work
MAX_SEGMENTS = 32  # more make reading slow

logger = logging.getLogger(__name__)

_intact_files: set[checksums.FileStamp] = set()  # files verified in this process


def damaged_files(index: FileIndex) -> list[str]:
    """Return the names of missing or damaged files of the index."""
    segments = [segment.segment_id() for segment in index._segments()]
    return checksums.find_damaged(Path(index.storage.folder), segments, _intact_files)


class MaintainedBackend(Protocol):
    """Backend as its maintenance uses it."""

    generations: Generations

    @property
    def schema(self) -> Schema: ...

    @property
    def index(self) -> FileIndex: ...

    def indexed(self) -> set[int]: ...

    def entries(
        self, wanted: Collection[int], failed: dict[int, str], at: datetime | None = None
    ) -> Iterator[dict[str, Any]]: ...

    def reindex(
        self, index: FileIndex, snapshot: Snapshot, wanted: set[int], at: datetime | None
    ) -> dict[int, str]: ...


class Maintenance:
    """Checks, merges and rebuilds of one index."""

    def __init__(self, backend: MaintainedBackend) -> None:
        self.backend = backend
        self.generations = backend.generations

    def maintain(self) -> dict[int, str]:
        """Implement `Engine.maintain`."""
        self.generations.prune()
        with self.generations.writing(LOCK_TIMEOUT):  # keeps others from replacing files
            is_readable = self._is_readable()
        if is_readable:
            self._merge_small_segments()
        return {} if is_readable and not self._is_slow() else self.rebuild()

    def _is_readable(self) -> bool:
        """Return True if the current index is readable; discard a damaged one."""
        try:
            damage = self._find_damage()
        except IndexUnusableError as error:
            logger.warning("%s", error)
            return False
        if damage:
            logger.error("The search index is damaged and will be rebuilt: %s", damage)
            self.generations.discard_current()
        return not damage

    def _find_damage(self) -> str:
        """Describe the damage to the current index, or return "". Raises OSError, MemoryError and
        IndexUnusableError, which are not damage."""
        try:
            damaged = damaged_files(self.backend.index)
            if not damaged:
                self.backend.indexed()
        except (IndexUnusableError, MemoryError, OSError):
            raise
        except Exception as error:  # Whoosh raises any error at all on damaged files
            return f"{type(error).__name__}: {error}"
        return ", ".join(damaged)

    def _is_slow(self) -> bool:
        """Return True if it has many segments or mostly deleted documents."""
        segments = self.backend.index._segments()
        living = sum(segment.doc_count() for segment in segments)
        return len(segments) > MAX_SEGMENTS or sum(s.deleted_count() for s in segments) > living

    def _merge_small_segments(self) -> None:
        """Merge small segments, a few at a time, so that other writers never wait long."""
        index = self.backend.index
        while smallest_segments(index._segments(), MERGE_SEGMENTS, MAX_MERGED_DOCUMENTS):
            with (
                self.generations.writing(LOCK_TIMEOUT),
                open_writer(index, merge_smallest(MERGE_SEGMENTS, MAX_MERGED_DOCUMENTS)),
            ):
                pass

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        """Implement `Engine.rebuild`."""
        with self.generations.rebuilding():
            with self.generations.writing(LOCK_TIMEOUT):
                folder = self.generations.begin()
            covered = due_change_ids()  # rows whose releases are read below
            index = FileStorage(str(folder)).create_index(self.backend.schema)
            failed = Rebuild(self.backend, index, progress).run()
            delete_changes(covered, failed)
            PublicChange.record_for_lists()  # cached pages show results of the old index
            return failed


class Rebuild:
    """Build of one new generation, under the rebuild lock."""

    def __init__(
        self, backend: MaintainedBackend, index: FileIndex, progress: Callable[[str], object]
    ) -> None:
        self.backend = backend
        self.generations = backend.generations
        self.index = index
        self.progress = progress
        self.failed: dict[int, str] = {}
        self._notes_offset = 0  # character up to which notes were read
        self._columns: dict[str, Columns] = {}

    def run(self) -> dict[int, str]:
        """Fill the new generation, catch up, compare it with the database, and activate it."""
        self._fill()
        while len(changed := self._outdated_ids()) > CATCH_UP_LIMIT:
            self._reindex(changed)
        with self.generations.writing(LOCK_TIMEOUT):
            for _ in range(MAX_ROUNDS):
                self._reindex(changed)
                changed = self._outdated_ids()
                if not changed:
                    self.generations.activate(Path(self.index.storage.folder))
                    return self.failed
        raise SearchBackendError(f"The new index differs from the database, by id: {changed}")

    def _fill(self) -> None:
        """Write all public releases as one segment."""
        ids = sorted(public_ids())
        with open_writer(self.index, NO_MERGE) as writer:
            for start in range(0, len(ids), BATCH):
                batch = ids[start : start + BATCH]
                for entry in self.backend.entries(batch, self.failed):
                    writer.add_document(**entry)
                self.progress(f"{start + len(batch):,} of {len(ids):,} releases")

    def _outdated_ids(self) -> set[int]:
        """Return releases noted since the last call, and those in which the new index and the
        public ids differ."""
        noted, self._notes_offset = self.generations.read_notes(self._notes_offset)
        return noted | ((public_ids() ^ self._snapshot().releases()) - self.failed.keys())

    def _reindex(self, changed: set[int]) -> None:
        if not changed:
            return
        failed = self.backend.reindex(self.index, self._snapshot(), changed, None)
        kept = {pk: error for pk, error in self.failed.items() if pk not in changed}
        self.failed = kept | failed

    def _snapshot(self) -> Snapshot:
        return Snapshot(self.index, self._columns)
