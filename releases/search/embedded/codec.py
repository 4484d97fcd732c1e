"""Posting files: Whoosh's format, with all postings of a term in one block of arrays.

Whoosh pickles and compresses many small blocks; numpy reads these arrays as they are. Relies on
private names of the pinned Whoosh release.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import groupby, pairwise
from pickle import dumps
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import (
    WHOOSH3_HEADER_MAGIC,
    W3Codec,
    W3FieldWriter,
    W3LeafMatcher,
    W3TermInfo,
)
from whoosh.fields import Schema
from whoosh.filedb.filetables import HashWriter, OrderedHashWriter, _lengths
from whoosh.system import pack_int, pack_long, pack_ushort
from whoosh.util.numlists import GrowableArray

from releases.search.embedded.blocks import NUMBER_SIZE, Block, Postings
from releases.search.embedded.pool import Item

CRC32 = 1  # Whoosh's number of a hash that is faster than its default, MD5
POINTER = np.dtype([("hash", ">u4"), ("position", ">i8")])  # as Whoosh's tables have it


class TermIndexWriter(OrderedHashWriter):
    """Writer of the index of terms, without Python objects for each that would fill the memory."""

    def __init__(self, file: Any) -> None:
        HashWriter.__init__(self, file, hashtype=CRC32)
        self.index = GrowableArray("H")
        self._hashes, self._positions = array("I"), array("Q")
        self._position = file.tell()

    def add(self, key: bytes, value: bytes) -> None:
        """Add a term. Terms must arrive in order."""
        entry = _lengths.pack(len(key), len(value)) + key + value
        self.dbfile.write(entry)
        self.index.append(self._position)
        self._hashes.append(crc32(key))
        self._positions.append(self._position)
        self._position += len(entry)

    def _write_hashes(self) -> None:
        """Write 256 hash tables, by the low byte of the hash."""
        hashes = np.frombuffer(self._hashes, np.uint32)
        positions = np.frombuffer(self._positions, np.uint64)
        for low in range(256):
            chosen = np.flatnonzero(hashes & 255 == low)
            table = _hash_table(hashes[chosen], positions[chosen])
            self.directory.append((self.dbfile.tell(), len(table)))
            self.dbfile.write(table.tobytes())


def _hash_table(hashes: NDArray[np.uint32], positions: NDArray[np.uint64]) -> NDArray[Any]:
    """Return a table of twice as many places, in which each hash has the first free one."""
    size = 2 * len(hashes)
    taken = bytearray(size)
    slots = []
    for slot in ((hashes >> 8) % max(size, 1)).tolist():
        while taken[slot]:
            slot = (slot + 1) % size
        taken[slot] = True
        slots.append(slot)
    table = np.zeros(size, POINTER)
    table["hash"][slots] = hashes
    table["position"][slots] = positions
    return table


class ColumnsWriter(W3FieldWriter):
    """Writer of the postings of all terms in all columns."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._tindex: HashWriter
        self._tindex.dbfile.close()
        self._tindex = TermIndexWriter(self._create_file(W3Codec.TERMS_EXT))
        self._fieldmap: dict[str, int] = {}
        self._tindex.extras["fieldmap"] = self._fieldmap

    def add_postings(self, schema: Schema, lengths: Any, items: Iterable[Item]) -> None:
        """Write a segment's postings, sorted by column and term."""
        # In Whoosh's format, written at once: its writers take most of the time of an index build.
        offset = self._postfile.tell()
        for name, of_column in groupby(items, key=lambda item: item[0][0]):
            column = pack_ushort(self._fieldmap.setdefault(name, len(self._fieldmap)))
            for (_, term), found in of_column:
                block, info = _block(found, offset)
                self._postfile.write(block)
                self._tindex.add(column + term, info)
                offset += len(block)


def _block(found: Block, offset: int) -> tuple[bytes, bytes]:
    """Return a term's postings as one block, and what the index of terms has of them."""
    numbers, weights, values, bounds, first, last, heaviest, total = found
    count = len(numbers) // NUMBER_SIZE
    head = dumps((count, last, heaviest, 0, 0, 0), 2)  # 0: not compressed, no lengths
    body = head + dumps((numbers, weights, (values, bounds)), 2)
    block = WHOOSH3_HEADER_MAGIC + pack_int(-len(body)) + body  # negative: the last block
    info = W3TermInfo._struct.pack(0, total, count, 0, 0, heaviest, first, last)
    return block, info + pack_long(offset) + pack_int(len(block))


class TermReader(W3LeafMatcher):
    """Reader of one term's postings: singly for Whoosh's queries, as arrays for ours."""

    def postings(self) -> Postings:
        if self._data is None:
            self._read_data()
        numbers, weights, (values, bounds) = self._data
        return Postings(
            np.frombuffer(numbers, np.uint32),
            np.frombuffer(weights, np.float32),
            values,
            np.frombuffer(bounds, np.uint32),
        )

    def _read_ids(self) -> None:
        self._ids = self.postings().numbers.tolist()

    def _read_weights(self) -> None:
        self._weights = self.postings().weights.tolist()

    def _read_values(self) -> None:
        postings = self.postings()
        bounds = pairwise(postings.bounds.tolist())
        self._values = [postings.values[start:end] for start, end in bounds]


class Codec(W3Codec):
    """Whoosh's codec with one block of arrays per term."""

    # Whoosh skips blocks by these statistics. They take a third of the writing time, and there is
    # only one block per term.
    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> ColumnsWriter:
        return ColumnsWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> TermReader:
        start, length = terminfo.extent()
        return TermReader(dbfile, start, length, format_, term=term, scorer=scorer)
