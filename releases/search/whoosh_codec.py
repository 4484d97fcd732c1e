"""How postings lie on disk: Whoosh's file format, with blocks made to be read whole.

Whoosh pickles each number and each value of a block and compresses the lot. Here a block is runs
of machine numbers, which Python reads some ten times faster. What begins with an underscore is
Whoosh's inside, of the one release that is pinned.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, groupby, islice, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher, W3PostingsWriter
from whoosh.fields import Schema

Posting = tuple[str, bytes, int, float, bytes]  # column, term, document, weight, value


class Block(NamedTuple):
    """Some postings of a term: document numbers, weights, and the values in one run with the
    bounds of each (one more than there are values)."""

    numbers: array[int]
    weights: array[float]
    values: bytes
    bounds: array[int]


class BlockWriter(W3PostingsWriter):
    """Writes a term's postings."""

    _ids: array[int]

    def add_all(self, postings: Iterable[Posting]) -> None:
        """All of a term's postings, by document."""
        postings = iter(postings)
        while chunk := list(islice(postings, self._blocklimit)):
            if self._ids:
                self._write_block()
            _, _, numbers, weights, values = zip(*chunk, strict=True)
            self._ids, self._weights = array("I", numbers), array("f", weights)
            self._values = values
            self._maxweight = max(weights)

    def _mini_ids(self) -> bytes:
        return bytes(self._ids.tobytes())

    def _mini_weights(self) -> bytes:
        return bytes(self._weights.tobytes())

    def _mini_values(self) -> tuple[bytes, bytes]:
        bounds = chain([0], accumulate(map(len, self._values)))
        return b"".join(self._values), array("I", bounds).tobytes()


class TermWriter(W3FieldWriter):
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


class BlockReader(W3LeafMatcher):
    """Reads a term's postings: one by one for Whoosh's own queries, in blocks for ours."""

    def blocks(self) -> Iterator[Block]:
        """All of them, from the first on."""
        while self.is_active():
            yield self._block()
            self._next_block()

    def _block(self) -> Block:
        if self._data is None:
            self._read_data()
        numbers, weights, (values, bounds) = self._data
        return Block(array("I", numbers), array("f", weights), values, array("I", bounds))

    def _read_ids(self) -> None:
        self._ids = self._block().numbers

    def _read_weights(self) -> None:
        self._weights = self._block().weights

    def _read_values(self) -> None:
        block = self._block()
        values = [block.values[start:end] for start, end in pairwise(block.bounds)]
        self._values = values or [b""] * len(block.numbers)


class Codec(W3Codec):
    """Whoosh's codec with our blocks, and without the statistics on lengths by which Whoosh skips
    blocks: they cost a third of the time to write."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=1024, compression=0)

    def field_writer(self, storage: Any, segment: Any) -> TermWriter:
        """Whoosh asks for it so."""
        return TermWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> BlockWriter:
        """Whoosh asks for it so; postings have numbers for ids, never bytes."""
        return BlockWriter(dbfile, blocklimit=self._blocklimit, compression=self._compression)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> BlockReader:
        """Whoosh asks for it so."""
        start, length = terminfo.extent()
        return BlockReader(dbfile, start, length, format_, term=term, scorer=scorer)
