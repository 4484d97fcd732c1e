"""Listing of a storage, and reading of its files in chunks."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from django.core.files.storage import Storage

CHUNK_SIZE = 64 * 1024  # bytes


def list_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the names of all files under the folder, in a stable order."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # the folder does not exist yet
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from list_names(storage, f"{prefix}{name}")


class FilePart:
    """Iterable over part of a file, in chunks of at most CHUNK_SIZE bytes.

    Raises FileNotFoundError, or another OSError if the storage fails.
    """

    def __init__(self, storage: Storage, name: str, part: range) -> None:
        self._pieces = _pieces(storage, name, part)
        # Read at once: errors must surface before the response starts.
        self._first = next(self._pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._pieces

    def close(self) -> None:  # called by Django at the end of a streaming response
        self._pieces.close()


def _pieces(storage: Storage, name: str, part: range) -> Generator[bytes, None, None]:
    with storage.open(name) as file:
        file.seek(part.start)
        for start in range(part.start, part.stop, CHUNK_SIZE):
            yield file.read(min(CHUNK_SIZE, part.stop - start))
