"""How postings lie on disk: Whoosh's file format, with a term's postings in one block of arrays.

Whoosh pickles each number and each value of many small blocks and compresses them. Here what a
term has is runs of machine numbers, which numpy takes as they are. What begins with an underscore
is Whoosh's inside, of the one release that is pinned.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import accumulate, chain, groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher, W3PostingsWriter
from whoosh.fields import Schema

UNLIMITED = 1 << 31  # postings in a block

Posting = tuple[str, bytes, int, float, bytes]  # column, term, document, weight, value


class Postings(NamedTuple):
    """A term's postings in a segment: document numbers, weights, and the values in one run with
    the bounds of each (one more than there are values)."""

    numbers: NDArray[np.uint32]
    weights: NDArray[np.float32]
    values: bytes
    bounds: NDArray[np.uint32]


class TermWriter(W3PostingsWriter):
    """Writes a term's postings."""

    def add_all(self, postings: Iterable[Posting]) -> None:
        """All of them, by document."""
        _, _, numbers, weights, values = zip(*postings, strict=True)
        self._ids, self._weights, self._values = array("I", numbers), array("f", weights), values
        self._maxweight = max(weights)

    def _mini_ids(self) -> bytes:
        return bytes(self._ids.tobytes())

    def _mini_weights(self) -> bytes:
        return bytes(self._weights.tobytes())

    def _mini_values(self) -> tuple[bytes, bytes]:
        bounds = chain([0], accumulate(map(len, self._values)))
        return b"".join(self._values), array("I", bounds).tobytes()


class ColumnsWriter(W3FieldWriter):
    """Writes the postings of all terms of all columns."""

    def add_postings(self, schema: Schema, lengths: Any, items: Iterable[Posting]) -> None:
        """The postings of a segment, by column, term and document; Whoosh takes them singly."""
        for name, of_column in groupby(items, key=itemgetter(0)):
            self.start_field(name, schema[name])
            for term, postings in groupby(of_column, key=itemgetter(1)):
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
