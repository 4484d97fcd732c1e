"""Postings waiting to be written: flat arrays in memory, spilled to disk when large.

Documents arrive in ascending order, so only terms need sorting, and numpy sorts them at once.
Whoosh's own pool stores, sorts and pickles every posting separately.
"""

from __future__ import annotations

import pickle
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, count, groupby, repeat
from operator import itemgetter
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.writing import PostingPool

POSTING_SIZE = 40  # approximate bytes per posting in memory, while sorting
TERM_SIZE = 200  # approximate overhead in bytes per term
NUMBER_SIZE = 4  # bytes

Key = tuple[str, bytes]  # column, term
Posting = tuple[str, bytes, int, float, bytes]  # column, term, document, weight, value


class Postings(NamedTuple):
    """Postings of a term in a segment. Value n is `values[bounds[n]:bounds[n + 1]]`, 32-bit
    numbers."""

    numbers: NDArray[np.uint32]
    weights: NDArray[np.float32]
    values: bytes
    bounds: NDArray[np.uint32]


class ColumnPostings:
    """Growing postings of a column. `sizes` are numbers of 32-bit numbers in `values`."""

    def __init__(self) -> None:
        self.terms: defaultdict[bytes, int] = defaultdict(count().__next__)
        self.ids, self.numbers, self.weights = array("I"), array("I"), array("f")
        self.values, self.sizes = array("I"), array("I")

    def add(
        self,
        document: int,
        terms: Collection[bytes],
        weights: Iterable[float],
        sizes: Iterable[int],
    ) -> None:
        """Add a document's terms; their values are appended to `values`."""
        self.ids.extend(map(self.terms.__getitem__, terms))
        self.numbers.extend(repeat(document, len(terms)))
        self.weights.extend(weights)
        self.sizes.extend(sizes)

    def extend(self, term: bytes, later: Postings) -> None:
        """Add several postings of a term, of later documents than it has."""
        self.ids.extend(repeat(self.terms[term], len(later.numbers)))
        self.numbers.frombytes(later.numbers.tobytes())
        self.weights.frombytes(later.weights.tobytes())
        self.values.frombytes(later.values)
        self.sizes.frombytes((np.diff(later.bounds) // NUMBER_SIZE).tobytes())

    def sorted(self) -> Iterator[tuple[bytes, Postings]]:
        """Yield each term's postings, sorted by term."""
        terms = sorted(self.terms)
        rank = np.empty(len(terms), np.uint32)
        rank[[self.terms[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        places = rank[np.frombuffer(self.ids, np.uint32)]
        order = np.argsort(places, kind="stable")
        numbers = np.frombuffer(self.numbers, np.uint32)[order]
        weights = np.frombuffer(self.weights, np.float32)[order]
        sizes = np.frombuffer(self.sizes, np.uint32)
        values = memoryview(_rearranged(np.frombuffer(self.values, np.uint32), sizes, order))
        ends = np.cumsum(sizes[order], dtype=np.int64) * NUMBER_SIZE
        bounds = np.append(0, ends)
        limits = np.append(0, np.bincount(places, minlength=len(terms)).cumsum()).tolist()
        for term, start, end in zip(terms, limits, limits[1:], strict=False):
            inside = bounds[start : end + 1]
            first, last = int(inside[0]), int(inside[-1])
            relative = (inside - first).astype(np.uint32)
            held = bytes(values[first:last])
            yield term, Postings(numbers[start:end], weights[start:end], held, relative)


def _rearranged(
    values: NDArray[np.uint32], sizes: NDArray[np.uint32], order: NDArray[np.int64]
) -> bytes:
    """Return the values, `sizes[n]` of each posting n, in another order of the postings."""
    if not values.size:
        return b""
    starts = np.append(0, np.cumsum(sizes, dtype=np.int64)[:-1])[order]
    lengths = sizes[order]
    before = np.append(0, np.cumsum(lengths, dtype=np.int64)[:-1])
    return values[np.repeat(starts - before, lengths) + np.arange(len(values))].tobytes()


class Pool(PostingPool):
    """Pool that Whoosh's writer fills and `codec` reads."""

    def __init__(self, tempstore: Any, segment: Any, limitmb: int) -> None:
        super().__init__(tempstore, segment, limitmb=limitmb)
        self.columns: defaultdict[str, ColumnPostings] = defaultdict(ColumnPostings)

    def add(self, item: Posting) -> None:
        """Add a posting. Documents of a term must arrive in ascending order."""
        name, term, number, weight, value = item
        column = self._column(name, 1)
        column.values.frombytes(value)
        column.add(number, (term,), (weight,), (len(value) // NUMBER_SIZE,))

    def add_weights(self, name: str, number: int, weights: Mapping[str, float]) -> None:
        """Add a document's terms with their weights."""
        self._column(name, len(weights)).add(
            number, _encoded(weights), weights.values(), repeat(0, len(weights))
        )

    def add_positions(self, name: str, number: int, found: Mapping[str, Sequence[int]]) -> None:
        """Add a document's terms with their positions."""
        column = self._column(name, len(found))
        sizes = list(map(len, found.values()))
        column.values.extend(chain.from_iterable(found.values()))
        column.add(number, _encoded(found), sizes, sizes)

    def extend(self, name: str, term: bytes, later: Postings) -> None:
        """Add several postings of a term, of later documents than it has."""
        self._column(name, len(later.numbers)).extend(term, later)

    def _column(self, name: str, more: int) -> ColumnPostings:
        """Return a column that gets so many more postings."""
        if self.currentsize > self.limit:
            self.save()
        self.currentsize += POSTING_SIZE * more
        return self.columns[name]

    def _sorted(self) -> Iterator[tuple[Key, Postings]]:
        """Yield the postings in memory, sorted by column and term. Empties the pool."""
        for name in sorted(self.columns):
            yield from (((name, term), found) for term, found in self.columns.pop(name).sorted())

    def save(self) -> None:
        """Spill to disk as one run sorted by column and term."""
        path, run = self._new_run()
        with run:
            for item in self._sorted():
                pickle.dump(item, run, pickle.HIGHEST_PROTOCOL)
        self._add_run(path)
        self.currentsize = 0

    def iter_postings(self) -> Iterator[tuple[Key, Postings]]:
        """Yield each term's postings, sorted by column and term. Empties the pool."""
        if not self.runs:
            yield from self._sorted()
            return
        self.save()
        runs = [_read_run(self._open_run(path)) for path in self.runs]
        for key, parts in groupby(merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
            yield key, _joined([part for _, part in parts])


def _encoded(terms: Iterable[str]) -> list[bytes]:
    return list(map(str.encode, terms))


def _joined(parts: Sequence[Postings]) -> Postings:
    """Join postings of a term in ascending documents."""
    lengths = np.concatenate([np.diff(part.bounds) for part in parts])
    return Postings(
        np.concatenate([part.numbers for part in parts]),
        np.concatenate([part.weights for part in parts]),
        b"".join(part.values for part in parts),
        np.append(0, lengths.cumsum()).astype(np.uint32),
    )


def _read_run(run: IO[bytes]) -> Iterator[tuple[Key, Postings]]:
    with run:
        while True:
            try:
                yield pickle.load(run)  # noqa: S301  # this process wrote it
            except EOFError:
                return
