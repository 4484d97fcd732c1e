"""How postings lie on disk: Whoosh's file format, with a term's postings in one block of arrays.

Whoosh pickles each number and each value of many small blocks and compresses them. Here what a
term has is runs of machine numbers, which numpy takes as they are. What begins with an underscore
is Whoosh's inside, of the one release that is pinned.
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
    """Writes a term's postings."""

    def add_all(self, postings: PostingsBuffer) -> None:
        """All of them."""
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
    """Writes the postings of all terms of all columns."""

    def add_postings(
        self, schema: Schema, lengths: Any, items: Iterable[tuple[Key, PostingsBuffer]]
    ) -> None:
        """The postings of a segment by column and term, as the pool has them."""
        for name, of_column in groupby(items, key=lambda item: item[0][0]):
            self.start_field(name, schema[name])
            for (_, term), postings in of_column:
                self.start_term(term)
                self._postwriter.add_all(postings)
                self.finish_term()
            self.finish_field()


class TermReader(W3LeafMatcher):
    """Reads a term's postings: one by one for Whoosh's own queries, as arrays for ours."""

    def postings(self) -> Postings:
        """All of them."""
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
    """Whoosh's codec with our blocks, and without the statistics on lengths by which Whoosh skips
    blocks: they cost a third of the time to write."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=UNLIMITED, compression=0)

    def field_writer(self, storage: Any, segment: Any) -> ColumnsWriter:
        """Whoosh asks for it so."""
        return ColumnsWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> TermWriter:
        """Whoosh asks for it so; postings have numbers for ids, never bytes."""
        return TermWriter(dbfile, blocklimit=self._blocklimit, compression=self._compression)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> TermReader:
        """Whoosh asks for it so."""
        start, length = terminfo.extent()
        return TermReader(dbfile, start, length, format_, term=term, scorer=scorer)
