"""Postings waiting to be written: flat arrays in memory, spilled to disk when large.

Documents arrive in ascending order, so only terms need sorting, and numpy sorts them at once.
Whoosh's own pool stores, sorts and pickles every posting separately.
"""

from __future__ import annotations

import pickle
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from heapq import merge
from itertools import count, groupby, repeat
from operator import itemgetter
from typing import IO, Any

import numpy as np
from whoosh.writing import PostingPool

from releases.search.analysis.entry_terms import EXACT_SUFFIX
from releases.search.embedded.blocks import (
    NUMBER_SIZE,
    Block,
    Postings,
    PostingsArrays,
    blocks,
    joined,
)
from releases.search.embedded.fields import PrintedWords
from releases.search.embedded.prose_postings import ProsePostings

POSTING_SIZE = 100  # approximate bytes per word or posting in memory, while sorting

Key = tuple[str, bytes]  # column, term
Item = tuple[Key, Block]


class ColumnPostings:
    """Growing postings of a column. `sizes` are numbers of 32-bit numbers in `values`."""

    def __init__(self) -> None:
        self.terms: defaultdict[bytes, int] = defaultdict(count().__next__)
        self.ids, self.numbers, self.weights = array("I"), array("I"), array("f")
        self.values, self.sizes = array("I"), array("I")

    def add(self, document: int, terms: Collection[bytes]) -> None:
        """Add a document's terms, without values."""
        self.ids.extend(map(self.terms.__getitem__, terms))
        self.numbers.extend(repeat(document, len(terms)))
        self.weights.extend(repeat(1.0, len(terms)))
        self.sizes.extend(repeat(0, len(terms)))

    def extend(self, term: bytes, later: Postings) -> None:
        """Add several postings of a term, of later documents than it has."""
        self.ids.extend(repeat(self.terms[term], len(later.numbers)))
        self.numbers.frombytes(later.numbers.tobytes())
        self.weights.frombytes(later.weights.tobytes())
        self.values.frombytes(later.values)
        self.sizes.frombytes((np.diff(later.bounds) // NUMBER_SIZE).tobytes())

    def sorted(self) -> Iterator[tuple[bytes, Block]]:
        """Yield each term's postings, sorted by term."""
        terms = sorted(self.terms)
        rank = np.empty(len(terms), np.uint32)
        rank[[self.terms[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        places = rank[np.frombuffer(self.ids, np.uint32)]
        order = np.argsort(places, kind="stable")
        sizes = np.frombuffer(self.sizes, np.uint32)
        found = PostingsArrays(
            np.frombuffer(self.numbers, np.uint32)[order],
            np.frombuffer(self.weights, np.float32)[order],
            _rearranged(np.frombuffer(self.values, np.uint32), sizes, order),
            sizes[order],
        )
        return blocks(terms, np.bincount(places, minlength=len(terms)), found)


def _rearranged(values: Any, sizes: Any, order: Any) -> Any:
    """Return the values, `sizes[n]` of each posting n, in another order of the postings."""
    if not values.size:
        return values
    starts = np.append(0, np.cumsum(sizes, dtype=np.int64)[:-1])[order]
    lengths = sizes[order]
    before = np.append(0, np.cumsum(lengths, dtype=np.int64)[:-1])
    return values[np.repeat(starts - before, lengths) + np.arange(len(values))]


class Pool(PostingPool):
    """Pool that Whoosh's writer fills and `codec` reads."""

    def __init__(self, tempstore: Any, segment: Any, limitmb: int) -> None:
        super().__init__(tempstore, segment, limitmb=limitmb)
        self.columns: defaultdict[str, ColumnPostings] = defaultdict(ColumnPostings)
        self.prose: defaultdict[str, ProsePostings] = defaultdict(ProsePostings)

    def add_values(self, name: str, number: int, terms: Sequence[bytes]) -> None:
        """Add a document's values. Documents must arrive in ascending order, here and below."""
        self._make_room(len(terms))
        self.columns[name].add(number, terms)

    def add_words(self, name: str, number: int, words: PrintedWords, boost: float) -> None:
        """Add a document's words to the columns of their stems and of the words themselves."""
        self._make_room(len(words.printed) + len(words.common_forms))
        self.prose[name].add(number, words, boost)

    def extend(self, name: str, term: bytes, later: Postings) -> None:
        """Add several postings of a term, of later documents than any."""
        self._make_room(len(later.numbers))
        self.columns[name].extend(term, later)

    def _make_room(self, more: int) -> None:
        """Spill to disk if there is too much, and count so many more postings."""
        if self.currentsize > self.limit:
            self.save()
        self.currentsize += POSTING_SIZE * more

    def _sorted(self) -> Iterator[Item]:
        """Yield the postings in memory, sorted by column and term. Empties the pool."""
        stems = {name: words.stems for name, words in self.prose.items()}
        prefixes = {name: words.prefixes for name, words in self.prose.items()}
        exact = {name + EXACT_SUFFIX: words.exact for name, words in self.prose.items()}
        others = {name: postings.sorted for name, postings in self.columns.items()}
        self.columns.clear()
        self.prose.clear()
        for name in sorted(stems.keys() | exact.keys() | others.keys()):
            # Others are of later documents: see `Writer.add_postings_to_pool`.
            sources = [made.pop(name) for made in (stems, prefixes, exact, others) if name in made]
            yield from _merged([_named(name, source()) for source in sources])

    def save(self) -> None:
        """Spill to disk as one run sorted by column and term."""
        path, run = self._new_run()
        with run:
            for item in self._sorted():
                pickle.dump(item, run, pickle.HIGHEST_PROTOCOL)
        self._add_run(path)
        self.currentsize = 0

    def iter_postings(self) -> Iterator[Item]:
        """Yield each term's postings, sorted by column and term. Empties the pool."""
        if not self.runs:
            return self._sorted()
        self.save()
        return _merged([_read_run(self._open_run(path)) for path in self.runs])


def _named(name: str, found: Iterator[tuple[bytes, Block]]) -> Iterator[Item]:
    return (((name, term), block) for term, block in found)


def _merged(sources: Sequence[Iterator[Item]]) -> Iterator[Item]:
    """Join the postings of each term, whose documents ascend from source to source."""
    if len(sources) == 1:
        yield from sources[0]
        return
    key = itemgetter(0)
    for term, parts in groupby(merge(*sources, key=key), key=key):
        yield term, joined([part for _, part in parts])


def _read_run(run: IO[bytes]) -> Iterator[Item]:
    with run:
        while True:
            try:
                yield pickle.load(run)  # noqa: S301  # nosec B301  # this process wrote it
            except EOFError:
                return
