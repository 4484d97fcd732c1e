"""Generations of the index on disk: folders, locks, and the file that names the current one.

    index/CURRENT             name of the generation in use
    index/<generation>/       an index; its name starts with the fingerprint of the code
    index/CHANGED             during a rebuild: ids of releases written meanwhile
    index.writing             lock for writing to any generation
    index.rebuilding          lock for building a new generation

The locks are next to the folder so that they survive its deletion. The operating system releases
them when their process ends, however it ends.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from whoosh.util.filelock import FileLock, try_for

from releases.search.engine import IndexLockedError, IndexRebuildingError, IndexUnusableError

CURRENT = "CURRENT"
CHANGED = "CHANGED"
LOCK_POLL_INTERVAL = 0.02  # seconds between attempts


@dataclass(frozen=True)
class Generations:
    """Generations in a folder, for code with this fingerprint."""

    folder: Path
    fingerprint: str

    def current(self) -> Path:
        """Return the current generation. Raises IndexUnusableError if this code built none."""
        path = self._current_folder()
        if path is None:
            raise IndexUnusableError("There is no search index: build one.")
        if not path.name.startswith(f"{self.fingerprint}-"):
            raise IndexUnusableError("Another version built the search index: rebuild it.")
        return path

    def _current_folder(self) -> Path | None:
        """Return the folder that CURRENT names, or None."""
        # Read CURRENT again if the folder is gone: a rebuild may just have replaced it.
        seen = None
        while (name := self._read_current()) and name != seen:
            path = self.folder / name
            if path.parent == self.folder and path.is_dir():
                return path
            seen = name
        return None

    def _read_current(self) -> str | None:
        try:
            return (self.folder / CURRENT).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    @contextmanager
    def writing(self, patience: float) -> Iterator[None]:
        """Hold the write lock. Raises IndexLockedError after `patience` seconds."""
        with self._locked("writing", patience, IndexLockedError):
            yield

    @contextmanager
    def rebuilding(self, patience: float = 1.0) -> Iterator[None]:
        """Hold the rebuild lock, and prune at the end. Raises IndexRebuildingError after `patience`
        seconds."""
        with self._locked("rebuilding", patience, IndexRebuildingError):
            try:
                yield
            finally:
                self._prune()

    def prune(self) -> None:
        """Delete leftovers of killed rebuilds, unless a rebuild is running."""
        with suppress(IndexLockedError), self.rebuilding(patience=0):
            pass

    def require_current(self) -> Path:
        """Return `current()`, or raise IndexRebuildingError if the first is still being built."""
        try:
            return self.current()
        except IndexUnusableError:
            with self._locked("rebuilding", 0, IndexRebuildingError):
                raise

    def begin(self) -> Path:
        """Create a new generation's folder and start noting changes. Requires both locks."""
        path = self.folder / f"{self.fingerprint}-{secrets.token_hex(8)}"
        path.mkdir(parents=True)
        (self.folder / CHANGED).write_text("")
        return path

    def note(self, ids: Iterable[int]) -> None:
        """Note written releases for a running rebuild. Requires the write lock."""
        notes = self.folder / CHANGED
        if notes.exists():
            with notes.open("a") as file:  # the leading line break ends a killed writer's note
                file.write("".join(f"\n{pk}" for pk in ids) + "\n")

    def read_notes(self, start: int = 0) -> tuple[set[int], int]:
        """Return the ids noted from character `start` on, and the next `start`."""
        text = (self.folder / CHANGED).read_text()
        end = text.rfind("\n") + 1
        return {int(pk) for pk in text[start:end].split()}, max(start, end)

    def activate(self, path: Path) -> None:
        """Make a generation the current one. Requires both locks."""
        draft = self.folder / f"{CURRENT}.new"
        draft.write_text(path.name, encoding="ascii")
        fsync(draft)
        draft.replace(self.folder / CURRENT)
        fsync(self.folder)

    def discard_current(self) -> None:
        """Take a damaged current generation out of use."""
        (self.folder / CURRENT).unlink(missing_ok=True)

    def _prune(self) -> None:
        # Open files stay readable after deletion, and readers about to open retry.
        kept = {self.folder / CURRENT, self._current_folder()}
        for path in set(self.folder.glob("*")) - kept:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, name: str, patience: float, busy: type[IndexLockedError]) -> Iterator[None]:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{self.folder}.{name}")
        if not try_for(lock.acquire, timeout=patience, delay=LOCK_POLL_INTERVAL):
            raise busy(
                f"Another process has been {name} the search index for more than {patience:g} "
                "seconds. This will be retried; if it persists, look for a stuck process."
            )
        try:
            yield
        finally:
            lock.release()


def fsync(path: Path) -> None:
    """Flush a file, or a folder's directory entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
