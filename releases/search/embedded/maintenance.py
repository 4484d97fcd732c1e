"""How the Whoosh index stays whole and quick to read, and how it is made anew.

A new generation is made beside the one in use, which goes on: what is written there meanwhile is
noted, and written here too before the new one takes its place. So a rebuild that is killed or
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

from releases.search.embedded import checksums
from releases.search.embedded.generations import Generations
from releases.search.embedded.snapshot import Columns, Snapshot
from releases.search.embedded.writer import merge_smallest, open_writer, smallest_segments
from releases.search.engine import IndexUnusableError, public_ids
from releases.search.outbox import delete_changes, due_change_ids

BATCH = 500  # releases read from the database at a time
CATCH_UP_LIMIT = 20  # changes that are caught up with while all other writers wait
MAX_ROUNDS = 10  # of catching up, after which something is wrong
LOCK_TIMEOUT = 60.0  # seconds to wait for other writers
MERGE_SEGMENTS, MAX_MERGED_DOCUMENTS = (
    8,
    600,
)  # segments that are joined, and documents they hold at most: a second's work
MAX_SEGMENTS = 32  # segments that make reading slow

logger = logging.getLogger(__name__)

_intact_files: set[checksums.FileStamp] = set()  # files found to be whole, in this process


def damaged_files(index: FileIndex) -> list[str]:
    """The index's files that are gone or not as written, by name."""
    segments = [segment.segment_id() for segment in index._segments()]
    return checksums.find_damaged(Path(index.storage.folder), segments, _intact_files)


class MaintainedBackend(Protocol):
    """The parts of a Whoosh backend that its maintenance needs."""

    generations: Generations
    schema: Schema

    @property
    def index(self) -> FileIndex: ...

    def setup(self) -> None: ...

    def indexed(self) -> set[int]: ...

    def entries(
        self, wanted: Collection[int], failed: dict[int, str], at: datetime | None = None
    ) -> Iterator[dict[str, Any]]: ...

    def reindex(
        self, index: FileIndex, snapshot: Snapshot, wanted: set[int], at: datetime | None
    ) -> dict[int, str]: ...


class Maintenance:
    """What is done to an index besides reading it and writing changes."""

    def __init__(self, backend: MaintainedBackend) -> None:
        self.backend = backend
        self.generations = backend.generations

    def maintain(self) -> dict[int, str]:
        """As `engine.Engine` has it."""
        self.generations.prune()
        with self.generations.writing(LOCK_TIMEOUT):  # nobody else replaces files now
            is_readable = self._is_readable()
        if is_readable:
            self._merge_small_segments()
        return {} if is_readable and not self._is_slow() else self.rebuild()

    def _is_readable(self) -> bool:
        """Whether the index in use can be read; a damaged one is taken from use."""
        try:
            damage = self._find_damage()
        except IndexUnusableError as error:
            logger.warning("%s", error)
            return False
        if damage:
            logger.error("The search index is damaged and is made anew: %s", damage)
            self.generations.discard_current()
        return not damage

    def _find_damage(self) -> str:
        """What is wrong with the index in use, or "". What the system refuses is no fault of it."""
        try:
            damaged = damaged_files(self.backend.index)
            if not damaged:
                self.backend.indexed()
        except (IndexUnusableError, MemoryError, OSError):
            raise
        except Exception as error:  # Whoosh meets damage with whatever error comes first
            return f"{type(error).__name__}: {error}"
        return ", ".join(damaged)

    def _is_slow(self) -> bool:
        """Whether it lies in many pieces, or most of it is of no use any more."""
        segments = self.backend.index._segments()
        living = sum(segment.doc_count() for segment in segments)
        return len(segments) > MAX_SEGMENTS or sum(s.deleted_count() for s in segments) > living

    def _merge_small_segments(self) -> None:
        """Join small segments, a few at a time, so that other writers never wait for long."""
        index = self.backend.index
        while smallest_segments(index._segments(), MERGE_SEGMENTS, MAX_MERGED_DOCUMENTS):
            with (
                self.generations.writing(LOCK_TIMEOUT),
                open_writer(index, merge_smallest(MERGE_SEGMENTS, MAX_MERGED_DOCUMENTS)),
            ):
                pass

    def rebuild(self, progress: Callable[[str], object] = str) -> dict[int, str]:
        """As `engine.Engine` has it."""
        with self.generations.rebuilding():
            with self.generations.writing(LOCK_TIMEOUT):
                folder = self.generations.begin()
            covered = due_change_ids()  # their releases are read below
            self.backend.setup()
            index = FileStorage(str(folder)).create_index(self.backend.schema)
            failed = Rebuild(self.backend, index, progress).run()
            delete_changes(covered, failed)
            return failed


class Rebuild:
    """One new generation in the making; whoever runs it holds the lock for rebuilding."""

    def __init__(
        self, backend: MaintainedBackend, index: FileIndex, progress: Callable[[str], object]
    ) -> None:
        self.backend = backend
        self.generations = backend.generations
        self.index = index
        self.progress = progress
        self.failed: dict[int, str] = {}
        self._notes_offset = 0  # with the notes, to this character
        self._columns: dict[str, Columns] = {}

    def run(self) -> dict[int, str]:
        """Fill it, catch up, compare with the database, and put it in use."""
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
        """All that is public, as one segment."""
        ids = sorted(public_ids())
        with open_writer(self.index, NO_MERGE) as writer:
            for start in range(0, len(ids), BATCH):
                batch = ids[start : start + BATCH]
                for entry in self.backend.entries(batch, self.failed):
                    writer.add_document(**entry)
                self.progress(f"{start + len(batch):,} of {len(ids):,} releases")

    def _outdated_ids(self) -> set[int]:
        """The releases written to the index in use since this was asked last, and those in which
        this one is not what the public may see."""
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
