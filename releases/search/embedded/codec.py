"""Posting files: Whoosh's format, with all postings of a term in one block of arrays.

Whoosh pickles and compresses many small blocks; numpy reads these arrays as they are. Relies on
private names of the pinned Whoosh release.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher, W3PostingsWriter
from whoosh.fields import Schema

from releases.search.embedded.pool import Key, Postings, PostingsBuffer

UNLIMITED = 1 << 31  # postings in a block


class TermWriter(W3PostingsWriter):
    """Writer of one term's postings."""

    def add_all(self, postings: PostingsBuffer) -> None:
        self._ids, self._weights = postings.numbers, postings.weights
        self._values, self._lengths = postings.values, postings.lengths
        self._maxweight = max(postings.weights)

    def _mini_ids(self) -> bytes:
        return self._ids.tobytes()

    def _mini_weights(self) -> bytes:
        return self._weights.tobytes()

    def _mini_values(self) -> tuple[bytes, bytes]:
        bounds = array("I", accumulate(self._lengths, initial=0))
        return bytes(self._values), bounds.tobytes()


class ColumnsWriter(W3FieldWriter):
    """Writer of the postings of all terms in all columns."""

    def add_postings(
        self, schema: Schema, lengths: Any, items: Iterable[tuple[Key, PostingsBuffer]]
    ) -> None:
        """Write a segment's postings, sorted by column and term."""
        for name, of_column in groupby(items, key=lambda item: item[0][0]):
            self.start_field(name, schema[name])
            for (_, term), postings in of_column:
                self.start_term(term)
                self._postwriter.add_all(postings)
                self.finish_term()
            self.finish_field()


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

    def __init__(self) -> None:
        super().__init__(blocklimit=UNLIMITED, compression=0)

    def field_writer(self, storage: Any, segment: Any) -> ColumnsWriter:
        return ColumnsWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> TermWriter:
        return TermWriter(dbfile, blocklimit=self._blocklimit, compression=self._compression)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> TermReader:
        start, length = terminfo.extent()
        return TermReader(dbfile, start, length, format_, term=term, scorer=scorer)
