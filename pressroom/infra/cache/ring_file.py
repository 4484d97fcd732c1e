"""File of a fixed size in which records are found by their tags, and new ones overwrite the oldest.

One process writes at a time. Others read meanwhile without a lock, and may find parts of two
records: what is stored needs a signature.

The file begins with a header and an index that is mapped into memory: buckets of slots, each with
tag, place and size of a record. The rest is divided into blocks. A record fills some of them and
begins with its tag and their number, so that a writer can go from record to record.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import Struct
from typing import NamedTuple

BUSY_SECONDS = 0.02  # that a writer waits for another; then it does without
PAUSE = 0.001  # seconds between two attempts
MAX_PASSED = 256  # records that a writer passes by because it may not overwrite them
MAX_BYTES = 16 * 1024 * 1024  # of a record
BLOCK = 512  # bytes
TAG_BYTES = 8
NO_TAG = bytes(TAG_BYTES)  # of an empty slot, and of a deleted record
FORMAT = b"pressroom ring 1"
HEADER = Struct("<16sQ")  # format, number of blocks
NEXT = Struct("<Q")  # block to write, after the header
SLOT = Struct("<8sII")  # tag, block, size
HEAD = Struct("<8s8sII")  # of a record: tag, owner, number of blocks, size of what follows
NO_SLOT = bytes(SLOT.size)
BUCKET = 8 * SLOT.size
BYTES_PER_BUCKET = 32_768  # of the file


class DamagedError(Exception):
    """Bytes that no writer left."""


class BusyError(Exception):
    """Refusal to wait longer for another process."""


class Record(NamedTuple):
    tag: bytes
    owner: bytes
    blocks: int  # 0: nothing has been written from here to the end
    size: int


class RingFile:
    """An open file, which is begun again if it has another form or size."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._buckets = max_bytes // BYTES_PER_BUCKET + 1
        self._start = _blocks(BLOCK + self._buckets * BUCKET) * BLOCK
        self._blocks = max(0, max_bytes - self._start) // BLOCK
        self._file = self._open(path)
        self._index = mmap.mmap(self._file, self._start)
        self._process = os.getpid()

    def close(self) -> None:
        self._index.close()
        os.close(self._file)

    @property
    def may_be_written(self) -> bool:
        """Return whether other processes have the file, too, and locks of their own: not after a
        fork, and not once it was deleted."""
        return self._process == os.getpid() and bool(os.fstat(self._file).st_nlink)

    def read(self, tag: bytes) -> bytes:
        """Return what was written under the tag, or any other bytes; none if nothing was."""
        place = self._find(tag)
        if place is None:
            return b""
        _, block, size = SLOT.unpack_from(self._index, place)
        return os.pread(self._file, min(size, MAX_BYTES), self._offset(block) + HEAD.size)

    def write(self, tag: bytes, data: bytes, owner: bytes, *, may_overwrite: bool) -> None:
        """Write the bytes under the tag, over the oldest records; unless that is allowed, over
        those of other owners only, or not at all. Raises BusyError."""
        needed = _blocks(HEAD.size + len(data))
        if len(data) > MAX_BYTES or needed > self._blocks:
            return
        with _locked(self._file):
            block, blocks = self._own_blocks(tag, needed)
            if block is None:
                block = self._free_blocks(needed, None if may_overwrite else owner)
            if block is not None:
                head = HEAD.pack(tag, owner, blocks, len(data))
                os.pwrite(self._file, head + data, self._offset(block))
                self._point(tag, block, len(data))

    def _open(self, path: Path) -> int:
        """Return the open file with its header and an index."""
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                with _locked(file):
                    if self._is_ready(file):
                        return os.dup(file)
                    # Not truncated: another process may have mapped it.
                    if os.fstat(file).st_nlink:
                        path.unlink(missing_ok=True)
            finally:
                os.close(file)

    def _is_ready(self, file: int) -> bool:
        """Return whether the locked file has this form, which an empty one is given."""
        header = HEADER.pack(FORMAT, self._blocks)
        found = os.pread(file, HEADER.size, 0)
        if not found:
            # With room on the disk, because writing to mapped memory cannot fail.
            os.posix_fallocate(file, 0, self._start)
            os.pwrite(file, header, 0)
        state = os.fstat(file)
        return found in (b"", header) and state.st_size >= self._start and bool(state.st_nlink)

    def _own_blocks(self, tag: bytes, needed: int) -> tuple[int | None, int]:
        """Return the first block and the number of those of the tag's last record; if they do not
        suffice, delete it, and return None and the number needed."""
        place = self._find(tag)
        if place is not None:
            block = SLOT.unpack_from(self._index, place)[1]
            record = self._record(block)
            if record.tag == tag and record.blocks >= needed:
                return block, record.blocks
            self._delete(place)
        return None, needed

    def _free_blocks(self, needed: int, owner: bytes | None) -> int | None:
        """Return the first of so many blocks, of which no record is left; None if too many belong
        to the owner."""
        start, freed, passed = self._next(), 0, 0
        while freed < needed and passed < MAX_PASSED:
            if start + needed > self._blocks:
                start, freed, passed = 0, 0, passed + 1
            record = self._record(start + freed)
            if record.tag != NO_TAG and record.owner == owner:
                start, freed, passed = start + freed + record.blocks, 0, passed + 1
            else:
                self._forget(record.tag, start + freed)
                freed = freed + record.blocks if record.blocks else needed
        if freed < needed:
            self._set_next(start)
            return None
        if freed > needed:
            rest = HEAD.pack(NO_TAG, NO_TAG, freed - needed, 0)
            os.pwrite(self._file, rest, self._offset(start + needed))
        self._set_next(start + needed)
        return start

    def _record(self, block: int) -> Record:
        head = os.pread(self._file, HEAD.size, self._offset(block))
        record = Record(*HEAD.unpack(head.ljust(HEAD.size, b"\0")))
        if block + record.blocks > self._blocks:
            raise DamagedError(f"A record begins at {block} with {record.blocks} blocks.")
        return record

    def _find(self, tag: bytes) -> int | None:
        """Return the place of the tag's slot."""
        return self._find_in(self._bucket(tag), tag)

    def _bucket(self, tag: bytes) -> int:
        return BLOCK + int.from_bytes(tag[:4], "little") % self._buckets * BUCKET

    def _find_in(self, bucket: int, tag: bytes) -> int | None:
        row = self._index[bucket : bucket + BUCKET]
        place = row.find(tag)
        while place > 0 and place % SLOT.size:
            place = row.find(tag, place + 1)
        return bucket + place if place >= 0 else None

    def _point(self, tag: bytes, block: int, size: int) -> None:
        """Fill the tag's slot, an empty one, or else that of the oldest record in the bucket."""
        bucket = self._bucket(tag)
        place = self._find(tag)
        if place is None and (place := self._find_in(bucket, NO_TAG)) is None:
            places = range(bucket, bucket + BUCKET, SLOT.size)
            place = min(places, key=lambda each: self._age(SLOT.unpack_from(self._index, each)[1]))
            self._delete(place)
        SLOT.pack_into(self._index, place, tag, block, size)

    def _age(self, block: int) -> int:
        """Return the number of blocks that will be overwritten before."""
        return (block - self._next()) % self._blocks

    def _delete(self, place: int) -> None:
        """Empty the slot, and give its record no tag."""
        tag, block, _ = SLOT.unpack_from(self._index, place)
        self._index[place : place + SLOT.size] = NO_SLOT
        if self._record(block).tag == tag:
            os.pwrite(self._file, NO_TAG, self._offset(block))

    def _forget(self, tag: bytes, block: int) -> None:
        """Empty the slot of the record, if it still has one."""
        place = None if tag == NO_TAG else self._find(tag)
        if place is not None and SLOT.unpack_from(self._index, place)[1] == block:
            self._index[place : place + SLOT.size] = NO_SLOT

    def _next(self) -> int:
        return int(NEXT.unpack_from(self._index, HEADER.size)[0])

    def _set_next(self, block: int) -> None:
        NEXT.pack_into(self._index, HEADER.size, block)

    def _offset(self, block: int) -> int:
        return self._start + block * BLOCK


def _blocks(size: int) -> int:
    """Return the number of blocks for so many bytes."""
    return -(-size // BLOCK)


@contextmanager
def _locked(file: int) -> Iterator[None]:
    """Lock the file among processes. Raises BusyError after BUSY_SECONDS."""
    deadline = time.monotonic() + BUSY_SECONDS
    while not _try_to_lock(file):
        if time.monotonic() > deadline:
            raise BusyError
        time.sleep(PAUSE)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _try_to_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
