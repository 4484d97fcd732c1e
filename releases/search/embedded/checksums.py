"""Checksums of index files.

Each segment gets a file of checksums, named so that Whoosh deletes it with the segment.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from pathlib import Path

SUFFIX = ".sums"
CHUNK_SIZE = 1 << 20  # bytes per read

FileStamp = tuple[str, int, int]  # path, size in bytes, modification time in nanoseconds


def write(folder: Path, segment: str) -> None:
    """Write the checksums of a segment's files."""
    sums = {path.name: checksum(path) for path in folder.glob(f"{segment}.*")}
    (folder / f"{segment}{SUFFIX}").write_text(json.dumps(sums), encoding="ascii")


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file, which detects damage, not tampering."""
    value = 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK_SIZE):
            value = zlib.crc32(piece, value)
    return value


def find_damaged(folder: Path, segments: Iterable[str], trusted: set[FileStamp]) -> list[str]:
    """Return the names of missing or damaged files of these segments. Skips files in `trusted`, and
    adds intact ones to it."""
    return [
        name
        for segment in segments
        for name, value in _read_checksums(folder / f"{segment}{SUFFIX}").items()
        if not _is_intact(folder / name, value, trusted)
    ]


def check_files_exist(folder: Path, segment: str) -> None:
    """Raise FileNotFoundError if a file of the segment is missing."""
    for name in _read_checksums(folder / f"{segment}{SUFFIX}"):
        (folder / name).stat()


def _read_checksums(path: Path) -> dict[str, int]:
    """Read checksums. An unreadable file is reported as damaged under its own name."""
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
