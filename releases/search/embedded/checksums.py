"""Whether a generation's files are as they were written.

Each segment has a file of checksums beside its own. Its name is one that Whoosh takes for the
segment's, so it goes when the segment goes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from pathlib import Path

SUFFIX = ".sums"
CHUNK_SIZE = 1 << 20  # bytes read at a time

FileStamp = tuple[str, int, int]  # path, bytes, nanoseconds of its last change


def write(folder: Path, segment: str) -> None:
    """Keep the checksums of a segment's files."""
    sums = {path.name: checksum(path) for path in folder.glob(f"{segment}.*")}
    (folder / f"{segment}{SUFFIX}").write_text(json.dumps(sums), encoding="ascii")


def checksum(path: Path) -> int:
    """CRC-32 of a file: it tells damage, not malice."""
    value = 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK_SIZE):
            value = zlib.crc32(piece, value)
    return value


def find_damaged(folder: Path, segments: Iterable[str], trusted: set[FileStamp]) -> list[str]:
    """The files of these segments that are gone or not as written, by name. What is in `trusted`
    is not read again; what was read and found right is added to it."""
    return [
        name
        for segment in segments
        for name, value in _read_checksums(folder / f"{segment}{SUFFIX}").items()
        if not _is_intact(folder / name, value, trusted)
    ]


def check_files_exist(folder: Path, segment: str) -> None:
    """Raises FileNotFoundError where a file of the segment has gone."""
    for name in _read_checksums(folder / f"{segment}{SUFFIX}"):
        (folder / name).stat()


def _read_checksums(path: Path) -> dict[str, int]:
    """The checksums in a file; a file that is damaged itself counts as one that is missing."""
    try:
        return dict(json.loads(path.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return {path.name: -1}


def _is_intact(path: Path, value: int, trusted: set[FileStamp]) -> bool:
    try:
        status = path.stat()
        stamp = (str(path), status.st_size, status.st_mtime_ns)
        if stamp not in trusted and checksum(path) == value:
            trusted.add(stamp)
    except FileNotFoundError:
        return False
    return stamp in trusted
