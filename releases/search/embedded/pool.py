"""Postings waiting to be written, grouped by term and spilled to disk when large.

Documents arrive in ascending order, so only terms need sorting. Whoosh's own pool stores, sorts and
pickles every posting separately.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.writing import PostingPool

POSTING_SIZE = 20  # approximate bytes per posting in memory
TERM_SIZE = 500  # approximate overhead in bytes per term

Key = tuple[str, bytes]  # column, term
Posting = tuple[str, bytes, int, float, bytes]  # column, term, document, weight, value


class Postings(NamedTuple):
    """Postings of a term in a segment. Value n is `values[bounds[n]:bounds[n + 1]]`."""

    numbers: NDArray[np.uint32]
    weights: NDArray[np.float32]
    values: bytes
    bounds: NDArray[np.uint32]


class PostingsBuffer:
    """Growing postings of a term, by ascending document. `lengths` are in bytes of `values`."""

    __slots__ = ("lengths", "numbers", "values", "weights")

    def __init__(self) -> None:
        self.numbers, self.weights = array("I"), array("f")
        self.values, self.lengths = bytearray(), array("I")

    def __iadd__(self, later: PostingsBuffer) -> PostingsBuffer:
        self.numbers += later.numbers
        self.weights += later.weights
        self.values += later.values
        self.lengths += later.lengths
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_buffer, (self.numbers, self.weights, self.values, self.lengths)


def _restore_buffer(*parts: Any) -> PostingsBuffer:
    buffer = PostingsBuffer()
    buffer.numbers, buffer.weights, buffer.values, buffer.lengths = parts
    return buffer


class Pool(PostingPool):
    """Pool that Whoosh's writer fills and `codec` reads."""

    def __init__(self, tempstore: Any, segment: Any, limitmb: int) -> None:
        super().__init__(tempstore, segment, limitmb=limitmb)
        self.current: dict[Key, PostingsBuffer] = {}

    def add(self, item: Posting) -> None:
        """Add a posting. Documents of a term must arrive in ascending order."""
        name, term, number, weight, value = item
        postings = self._buffer_for(name, term)
        postings.numbers.append(number)
        postings.weights.append(weight)
        postings.values += value
        postings.lengths.append(len(value))
        self.currentsize += POSTING_SIZE

    def extend(self, name: str, term: bytes, later: Postings) -> None:
        """Add several postings of a term, of later documents than it has."""
        postings = self._buffer_for(name, term)
        postings.numbers.frombytes(later.numbers.tobytes())
        postings.weights.frombytes(later.weights.tobytes())
        postings.values += later.values
        postings.lengths.frombytes(np.diff(later.bounds).tobytes())
        self.currentsize += POSTING_SIZE * len(later.numbers)

    def _buffer_for(self, name: str, term: bytes) -> PostingsBuffer:
        key = (name, term)
        postings = self.current.get(key)
        if postings is None:
            if self.currentsize > self.limit:
                self.save()
            postings = self.current[key] = PostingsBuffer()
            self.currentsize += TERM_SIZE
        return postings

    def save(self) -> None:
        """Spill to disk as one run sorted by term."""
        path, run = self._new_run()
        with run:
            for item in sorted(self.current.items(), key=itemgetter(0)):
                pickle.dump(item, run, pickle.HIGHEST_PROTOCOL)
        self._add_run(path)
        self.current, self.currentsize = {}, 0

    def iter_postings(self) -> Iterator[tuple[Key, PostingsBuffer]]:
        """Yield each term's postings, sorted by column and term. Empties the pool."""
        if not self.runs:
            yield from sorted(self.current.items(), key=itemgetter(0))
            return
        self.save()
        runs = [_read_run(self._open_run(path)) for path in self.runs]
        for key, parts in groupby(merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
            postings = PostingsBuffer()
            for _, part in parts:
                postings += part
            yield key, postings


def _read_run(run: IO[bytes]) -> Iterator[tuple[Key, PostingsBuffer]]:
    with run:
        while True:
            try:
                yield pickle.load(run)  # noqa: S301  # this process wrote it
            except EOFError:
                return
