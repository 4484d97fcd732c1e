"""Posting files: Whoosh's format, with all postings of a term in one block of arrays.

Whoosh pickles and compresses many small blocks; numpy reads these arrays as they are. Relies on
private names of the pinned Whoosh release.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, pairwise
from pickle import dumps
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import (
    WHOOSH3_HEADER_MAGIC,
    W3Codec,
    W3FieldWriter,
    W3LeafMatcher,
    W3TermInfo,
)
from whoosh.fields import Schema
from whoosh.system import pack_int, pack_long, pack_ushort

from releases.search.embedded.pool import Key, Postings


class ColumnsWriter(W3FieldWriter):
    """Writer of the postings of all terms in all columns."""

    def add_postings(
        self, schema: Schema, lengths: Any, items: Iterable[tuple[Key, Postings]]
    ) -> None:
        """Write a segment's postings, sorted by column and term."""
        # In Whoosh's format, written at once: its writers take most of the time of an index build.
        offset = self._postfile.tell()
        for name, of_column in groupby(items, key=lambda item: item[0][0]):
            column = pack_ushort(self._fieldmap.setdefault(name, len(self._fieldmap)))
            for (_, term), postings in of_column:
                block, info = _block(postings, offset)
                self._postfile.write(block)
                self._tindex.add(column + term, info)
                offset += len(block)


def _block(postings: Postings, offset: int) -> tuple[bytes, bytes]:
    """Return a term's postings as one block, and what the index of terms has of them."""
    numbers, weights, values, bounds = postings
    count, first, last = len(numbers), int(numbers[0]), int(numbers[-1])
    heaviest = float(weights.max()) if count > 1 else float(weights[0])
    total = float(weights.sum()) if count > 1 else heaviest
    data = (numbers.tobytes(), weights.tobytes(), (values, bounds.tobytes()))
    head = dumps((count, last, heaviest, 0, 0, 0), 2)  # 0: not compressed, no lengths
    body = head + dumps(data, 2)
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
