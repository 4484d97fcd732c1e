"""Where the index lies: a folder for each generation, and a file that names the one in use.

    index/CURRENT             names the generation that is read and written
    index/<generation>/       an index; its name begins with the fingerprint of its maker's code
    index/CHANGED             while a rebuild is under way: the releases written meanwhile
    index.writing             the lock of whoever writes, whatever the generation
    index.rebuilding          the lock of whoever makes a new generation

The locks lie beside the folder, so that they hold although somebody deletes it. The system frees
them when their process ends, however it ends. This module knows files only, not what is in them.
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
LOCK_POLL_INTERVAL = 0.02  # seconds between two attempts at a lock


@dataclass(frozen=True)
class Generations:
    """The generations in a folder, as code with this fingerprint sees them."""

    folder: Path
    fingerprint: str

    def current(self) -> Path:
        """The generation in use. Raises Unusable where none is, or one of other code."""
        path = self._current_folder()
        if path is None:
            raise IndexUnusableError("There is no search index: it must be made.")
        if not path.name.startswith(f"{self.fingerprint}-"):
            raise IndexUnusableError(
                "Another version has made the search index: it must be made anew."
            )
        return path

    def _current_folder(self) -> Path | None:
        """The folder that CURRENT names, if it is one of ours. Where that has gone since, another
        has taken its place."""
        seen = None
        while (name := self._read_current()) and name != seen:
            path = self.folder / name
            if path.parent == self.folder and path.is_dir():
                return path
            seen = name
        return None

    def _read_current(self) -> str | None:
        """What CURRENT says."""
        try:
            return (self.folder / CURRENT).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    @contextmanager
    def writing(self, patience: float) -> Iterator[None]:
        """Be the one who writes. Raises Busy when `patience` seconds were not enough."""
        with self._locked("writing", patience, IndexLockedError):
            yield

    @contextmanager
    def rebuilding(self, patience: float = 1.0) -> Iterator[None]:
        """Be the one who makes a new generation, and clear away what is of no use in the end.
        Raises Rebuilding where another process is at it."""
        with self._locked("rebuilding", patience, IndexRebuildingError):
            try:
                yield
            finally:
                self._prune()

    def prune(self) -> None:
        """Clear away what a killed rebuild left, unless one is under way."""
        with suppress(IndexLockedError), self.rebuilding(patience=0):
            pass

    def require_current(self) -> Path:
        """As `current`, but raises Rebuilding where there is none yet and one is being made."""
        try:
            return self.current()
        except IndexUnusableError:
            with self._locked("rebuilding", 0, IndexRebuildingError):
                raise

    def begin(self) -> Path:
        """A folder for a new generation; from now on changes are noted for it. Hold both locks."""
        path = self.folder / f"{self.fingerprint}-{secrets.token_hex(8)}"
        path.mkdir(parents=True)
        (self.folder / CHANGED).write_text("")
        return path

    def note(self, ids: Iterable[int]) -> None:
        """Remember, for a rebuild under way, that these releases are written. Hold the lock."""
        notes = self.folder / CHANGED
        if notes.exists():
            with notes.open("a") as file:  # the first line break ends what a killed writer began
                file.write("".join(f"\n{pk}" for pk in ids) + "\n")

    def read_notes(self, start: int = 0) -> tuple[set[int], int]:
        """The releases noted from character `start` on, and where to go on from there."""
        text = (self.folder / CHANGED).read_text()
        end = text.rfind("\n") + 1
        return {int(pk) for pk in text[start:end].split()}, max(start, end)

    def activate(self, path: Path) -> None:
        """From now on a new generation is the one in use. Hold both locks."""
        draft = self.folder / f"{CURRENT}.new"
        draft.write_text(path.name, encoding="ascii")
        fsync(draft)
        draft.replace(self.folder / CURRENT)
        fsync(self.folder)

    def discard_current(self) -> None:
        """The generation in use can not be trusted: nobody is to read it any more."""
        (self.folder / CURRENT).unlink(missing_ok=True)

    def _prune(self) -> None:
        """What is open somewhere can be read on; what is about to be opened is looked up anew."""
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
                "seconds. It is tried again; if it goes on, look for a stuck process."
            )
        try:
            yield
        finally:
            lock.release()


def fsync(path: Path) -> None:
    """Have a file, or a folder's list of names, on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
