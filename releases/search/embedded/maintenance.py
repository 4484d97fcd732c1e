"""How the Whoosh index stays whole and quick to read, and how it is made anew.

A new generation is made beside the one in use, which goes on: what is written there meanwhile is
noted, and written here too before the new one takes its place. So a rebuild that is killed or
fails at any moment has changed nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from haystack.exceptions import SearchBackendError
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import NO_MERGE

from releases.search.embedded import checksums
from releases.search.embedded.snapshot import Columns, Snapshot
from releases.search.embedded.writer import joining, smallest, written
from releases.search.engine import Unusable, public_ids
from releases.search.haystack.backend import due_rows, forget_rows

if TYPE_CHECKING:
    from releases.search.embedded.backend import WhooshBackend

BATCH = 500  # releases read from the database at a time
FEW = 20  # changes that are caught up with while all other writers wait
ROUNDS = 10  # of catching up, after which something is wrong
PATIENCE = 60.0  # seconds to wait for other writers
MANY, MERGED = 8, 600  # segments that are joined, and documents they hold at most: a second's work
CROWD = 32  # segments that make reading slow

logger = logging.getLogger(__name__)

_whole: set[checksums.Stamp] = set()  # files found to be whole, in this process


def damaged_files(index: FileIndex) -> list[str]:
    """The index's files that are gone or not as written, by name."""
    segments = [segment.segment_id() for segment in index._segments()]
    return checksums.damaged(Path(index.storage.folder), segments, _whole)


class Upkeep:
    """What is done to an index besides reading it and writing changes."""

    def __init__(self, backend: WhooshBackend) -> None:
        self.backend = backend
        self.generations = backend.generations

    def maintain(self) -> dict[int, str]:
        """As `engine.Engine` has it."""
        self.generations.prune()
        with self.generations.writing(PATIENCE):  # nobody else replaces files now
            sound = self._is_sound()
        if sound:
            self._join()
        return {} if sound and not self._is_slow() else self.rebuild()

    def _is_sound(self) -> bool:
        """Whether the index in use can be read; a damaged one is taken from use."""
        try:
            fault = self._fault()
        except Unusable as error:
            logger.warning("%s", error)
            return False
        if fault:
            logger.error("The search index is damaged and is made anew: %s", fault)
            self.generations.condemn()
        return not fault

    def _fault(self) -> str:
        """What is wrong with the index in use, or "". What the system refuses is no fault of it."""
        try:
            damaged = damaged_files(self.backend.index)
            if not damaged:
                self.backend.indexed()
        except (Unusable, MemoryError, OSError):
            raise
        except Exception as error:  # Whoosh meets damage with whatever error comes first
            return f"{type(error).__name__}: {error}"
        return ", ".join(damaged)

    def _is_slow(self) -> bool:
        """Whether it lies in many pieces, or most of it is of no use any more."""
        segments = self.backend.index._segments()
        living = sum(segment.doc_count() for segment in segments)
        return len(segments) > CROWD or sum(s.deleted_count() for s in segments) > living

    def _join(self) -> None:
        """Join small segments, a few at a time, so that other writers never wait for long."""
        index = self.backend.index
        while smallest(index._segments(), MANY, MERGED):
            with self.generations.writing(PATIENCE), written(index, joining(MANY, MERGED)):
                pass

    def rebuild(self, say: Callable[[str], object] = str) -> dict[int, str]:
        """As `engine.Engine` has it."""
        with self.generations.rebuilding():
            with self.generations.writing(PATIENCE):
                folder = self.generations.begin()
            covered = due_rows()  # their releases are read below
            self.backend.setup()
            index = FileStorage(str(folder)).create_index(self.backend.schema)
            failed = Rebuild(self.backend, index, say).run()
            forget_rows(covered, failed)
            return failed


class Rebuild:
    """One new generation in the making; whoever runs it holds the lock for rebuilding."""

    def __init__(
        self, backend: WhooshBackend, index: FileIndex, say: Callable[[str], object]
    ) -> None:
        self.backend = backend
        self.generations = backend.generations
        self.index = index
        self.say = say
        self.failed: dict[int, str] = {}
        self._caught_up = 0  # with the notes, to this character
        self._columns: dict[str, Columns] = {}

    def run(self) -> dict[int, str]:
        """Fill it, catch up, compare with the database, and put it in use."""
        self._fill()
        while len(changed := self._behind()) > FEW:
            self._bring_up_to_date(changed)
        with self.generations.writing(PATIENCE):
            for _ in range(ROUNDS):
                self._bring_up_to_date(changed)
                changed = self._behind()
                if not changed:
                    self.generations.adopt(Path(self.index.storage.folder))
                    return self.failed
        raise SearchBackendError(f"The new index differs from the database, by id: {changed}")

    def _fill(self) -> None:
        """All that is public, as one segment."""
        ids = sorted(public_ids())
        with written(self.index, NO_MERGE) as writer:
            for start in range(0, len(ids), BATCH):
                batch = ids[start : start + BATCH]
                for entry in self.backend.entries(batch, self.failed):
                    writer.add_document(**entry)
                self.say(f"{start + len(batch):,} of {len(ids):,} releases")

    def _behind(self) -> set[int]:
        """The releases written to the index in use since this was asked last, and those in which
        this one is not what the public may see."""
        noted, self._caught_up = self.generations.noted(self._caught_up)
        return noted | ((public_ids() ^ self._snapshot().releases()) - self.failed.keys())

    def _bring_up_to_date(self, changed: set[int]) -> None:
        if not changed:
            return
        failed = self.backend.bring_up_to_date(self.index, self._snapshot(), changed, None)
        kept = {pk: error for pk, error in self.failed.items() if pk not in changed}
        self.failed = kept | failed

    def _snapshot(self) -> Snapshot:
        return Snapshot(self.index, self._columns)
