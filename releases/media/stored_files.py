"""What a storage holds: the names of its files, and the bytes of one, piece by piece."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from django.core.files.storage import Storage

CHUNK_SIZE = 64 * 1024  # bytes


def list_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Of all files, those beneath the folder, in an order that is always the same."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever put there
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from list_names(storage, f"{prefix}{name}")


class FilePart:
    """A part of a file, in pieces of at most CHUNK bytes. The first is read when this is made: what
    can not be read is known before an answer has begun.

    Raises FileNotFoundError, or another OSError where the storage can not be read.
    """

    def __init__(self, storage: Storage, name: str, part: range) -> None:
        self._pieces = _pieces(storage, name, part)
        self._first = next(self._pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._pieces

    def close(self) -> None:
        """Let go of the file; who answers with it does so at the end."""
        self._pieces.close()


def _pieces(storage: Storage, name: str, part: range) -> Generator[bytes, None, None]:
    with storage.open(name) as file:
        file.seek(part.start)
        for start in range(part.start, part.stop, CHUNK_SIZE):
            yield file.read(min(CHUNK_SIZE, part.stop - start))
