"""File of a fixed size in which records are found by their tags, and new ones overwrite the oldest.

One process writes at a time. Others read meanwhile without a lock, and may find parts of two
records: what is stored needs a signature.

The file begins with a header and an index: buckets of slots, each with tag, place and size of a
record. The rest is divided into blocks. A record fills some of them and begins with its tag and
their number, so that a writer can go from record to record.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import Struct
from threading import Lock
from typing import Any, NamedTuple
from weakref import finalize

BUSY_SECONDS = 0.02  # that a writer waits for another; then it does without
PAUSE = 0.001  # seconds between two attempts
MAX_PASSED = 64  # records that a writer passes by because it may not overwrite them
MAX_BYTES = 16 * 1024 * 1024  # of a record
BLOCK = 512  # bytes
TAG_BYTES = 8
NO_TAG = bytes(TAG_BYTES)
FORMAT = b"pressroom ring 2"
FILE_HEADER = Struct("<16sQQ")  # format, bytes of the file, block to write next
SLOT = Struct("<8sII")  # tag, block, size
RECORD_HEADER = Struct("<8s8sI")  # tag, owner, number of blocks
BUCKET = 8 * SLOT.size
BYTES_PER_BUCKET = 16_384  # of the file


class DamagedError(Exception):
    """Bytes that no writer left."""


class BusyError(Exception):
    """Refusal to wait longer for another writer."""


class Record(NamedTuple):
    block: int
    tag: bytes
    owner: bytes
    blocks: int


class RingFile:
    """An open file, which is closed when nobody uses it any more."""

    def __init__(self, path: Path) -> None:
        self._process = os.getpid()
        self._lock = Lock()  # among threads
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        finalize(self, os.close, self._file).atexit = False

    @classmethod
    def open(cls, path: Path, max_bytes: int, *, may_replace: bool) -> RingFile:
        """Open the file; begin it again if it has another form or, if that is allowed, size.
        Raises BusyError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            file = cls(path)
            with file._locked():
                if file._is_ready(max_bytes, may_replace):
                    return file
                if file.is_current:
                    path.unlink(missing_ok=True)

    @property
    def is_current(self) -> bool:
        """Return whether other processes have the file, too, and locks of their own: not after a
        fork, and not once it was deleted."""
        return self._process == os.getpid() and bool(os.fstat(self._file).st_nlink)

    def read(self, tag: bytes) -> bytes:
        """Return what was written under the tag, or any other bytes; none if nothing was."""
        for found, block, size in self._slots(tag):
            if found == tag:
                offset = self._offset(block) + RECORD_HEADER.size
                return os.pread(self._file, min(size, MAX_BYTES), offset)
        return b""

    def write(self, data: bytes, tag: bytes, owner: bytes, *, may_overwrite: bool) -> None:
        """Write the bytes under the tag, over the oldest records; unless that is allowed or the
        tag has some, over those of other owners only, or not at all. Raises BusyError."""
        needed = _blocks_of(RECORD_HEADER.size + len(data))
        if len(data) > MAX_BYTES or needed > self._blocks:
            return
        with self._locked():
            is_new = all(found != tag for found, *_ in self._slots(tag))
            room = self._find_room(needed, owner if is_new and not may_overwrite else None)
            if room:
                block = room[0].block
                self._take(room, RECORD_HEADER.pack(tag, owner, needed) + data)
                self._fill_slot(tag, block, len(data))

    def _is_ready(self, max_bytes: int, may_replace: bool) -> bool:
        """Return whether the locked file may be used, after giving an empty one its header."""
        is_empty = not os.fstat(self._file).st_size
        form, size, _ = self._read(FILE_HEADER, 0)
        self._divide(max_bytes if is_empty or may_replace else size)
        if is_empty:
            self._set_next(0)
        return self.is_current and (is_empty or (form, size) == (FORMAT, self._bytes))

    def _divide(self, size: int) -> None:
        """Divide so many bytes into index and blocks."""
        self._bytes = size
        self._buckets = size // BYTES_PER_BUCKET + 1
        self._start = _blocks_of(BLOCK + self._buckets * BUCKET) * BLOCK
        self._blocks = max(0, size - self._start) // BLOCK

    def _find_room(self, needed: int, kept: bytes | None) -> list[Record]:
        """Return the oldest records in a row that have so many blocks, none of which the owner
        still needs; no records if it needs too many."""
        room: list[Record] = []
        passed = 0
        for record in self._records():
            if room and record.block == 0:
                room = []
            room.append(record)
            if record.owner == kept and self._is_found(record):
                room, passed = [], passed + 1
            if room and record.block + record.blocks - room[0].block >= needed:
                return room
            if passed == MAX_PASSED:
                break
        return []

    def _take(self, room: list[Record], data: bytes) -> None:
        """Write the record over others. A writer that is killed, or fails on a full disk, leaves
        the headers that the next one needs."""
        start, needed = room[0].block, _blocks_of(len(data))
        rest = room[-1].block + room[-1].blocks - start - needed
        if rest:
            header = RECORD_HEADER.pack(NO_TAG, NO_TAG, rest)
            self._write(header, self._offset(start + needed))
        self._write(data, self._offset(start))
        self._set_next(start + needed)

    def _records(self) -> Iterator[Record]:
        """Go around from the oldest record, without end. What was never written is one."""
        block = self._next()
        while True:
            block %= self._blocks
            tag, owner, blocks = self._read(RECORD_HEADER, self._offset(block))
            blocks = blocks or self._blocks - block
            if block + blocks > self._blocks:
                raise DamagedError
            yield Record(block, tag, owner, blocks)
            block += blocks

    def _next(self) -> int:
        form, size, block = self._read(FILE_HEADER, 0)
        if (form, size) != (FORMAT, self._bytes):
            raise DamagedError
        return int(block)

    def _set_next(self, block: int) -> None:
        self._write(FILE_HEADER.pack(FORMAT, self._bytes, block), 0)

    def _slots(self, tag: bytes) -> Iterator[tuple[bytes, int, int]]:
        """Return the slots of which one may be the tag's."""
        row = os.pread(self._file, BUCKET, self._bucket(tag)).ljust(BUCKET, b"\0")
        return SLOT.iter_unpack(row)

    def _bucket(self, tag: bytes) -> int:
        return BLOCK + int.from_bytes(tag[:4], "little") % self._buckets * BUCKET

    def _fill_slot(self, tag: bytes, block: int, size: int) -> None:
        """Fill the tag's slot, one without a record, or else that of the oldest in the bucket."""
        slots, next_block = list(self._slots(tag)), self._next()

        def blocks_left(number: int) -> int:
            found, place, _ = slots[number]
            if found == tag:
                return -2
            return (place - next_block) % self._blocks if self._has_record(found, place) else -1

        number = min(range(len(slots)), key=blocks_left)
        self._write(SLOT.pack(tag, block, size), self._bucket(tag) + number * SLOT.size)

    def _has_record(self, tag: bytes, block: int) -> bool:
        return tag != NO_TAG and os.pread(self._file, TAG_BYTES, self._offset(block)) == tag

    def _is_found(self, record: Record) -> bool:
        return any(slot[:2] == (record.tag, record.block) for slot in self._slots(record.tag))

    def _offset(self, block: int) -> int:
        return self._start + block * BLOCK

    def _read(self, form: Struct, offset: int) -> tuple[Any, ...]:
        """Return what is in the file, after its end as if there were zeros."""
        return form.unpack(os.pread(self._file, form.size, offset).ljust(form.size, b"\0"))

    def _write(self, data: bytes, offset: int) -> None:
        if os.pwrite(self._file, data, offset) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Exclude the writers of all threads and processes. Raises BusyError."""
        deadline = time.monotonic() + BUSY_SECONDS
        while not self._try_to_lock():
            if time.monotonic() > deadline:
                raise BusyError
            time.sleep(PAUSE)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._lock.release()

    def _try_to_lock(self) -> bool:
        if not self._lock.acquire(blocking=False):
            return False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.release()
            if not isinstance(error, BlockingIOError):
                raise
            return False
        return True


def _blocks_of(size: int) -> int:
    """Return the number of blocks for so many bytes."""
    return -(-size // BLOCK)
