"""Postings of prose waiting to be written: the words, of which numpy makes those of the stems."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from releases.search.analysis.entry_terms import prefix_term
from releases.search.analysis.stemming import stemmer
from releases.search.embedded.blocks import Block, Integers, PostingsArrays, blocks
from releases.search.embedded.fields import PrintedWords

Stemmer = Callable[[str], str]


class _Words(NamedTuple):
    """Words in a row, each by its rank among all that are sorted, with document and stemmer."""

    sorted: list[str]
    ranks: NDArray[np.uint32]
    documents: Integers
    stemmers: Integers

    def at(self, places: Integers) -> _Words:
        """Return the words at some places of the row."""
        return _Words(
            self.sorted, self.ranks[places], self.documents[places], self.stemmers[places]
        )


class _Counts(NamedTuple):
    """Occurrences of terms in documents: index of the first of each, and their number."""

    starts: NDArray[np.uint32]
    sizes: NDArray[np.uint32]


class ProsePostings:
    """Growing postings of the two columns of a text: of stems and of unstemmed words."""

    def __init__(self) -> None:
        self._printed, self._common_forms = _WordList(), _WordList()
        self._documents, self._stemmers = array("I"), array("I")
        self._known_stemmers: defaultdict[Stemmer, int] = defaultdict(count().__next__)
        self._boost = 1.0

    def add(self, document: int, words: PrintedWords, boost: float) -> None:
        """Add the words of a document."""
        self._printed.add(words.printed)
        self._common_forms.add(words.common_forms)
        self._documents.append(document)
        self._stemmers.append(self._known_stemmers[stemmer(words.language)])
        self._boost = boost

    @cached_property
    def _words(self) -> _Words:
        return self._all_of(self._printed)

    @cached_property
    def _order(self) -> NDArray[np.uint32]:
        """Places of the words, sorted by word."""
        return np.argsort(self._words.ranks, kind="stable").astype(np.uint32)

    @cached_property
    def _counts(self) -> _Counts:
        words, order = self._words, self._order
        changes = np.diff(words.ranks[order]) != 0
        changes |= np.diff(words.documents[order]) != 0
        return _counted(changes, len(order))

    @cached_property
    def _once(self) -> _Words:
        """Words without those that their document had before, sorted by word."""
        return self._words.at(self._order[self._counts.starts])

    def exact(self) -> Iterator[tuple[bytes, Block]]:
        """Yield the postings of unstemmed words with their positions, sorted by word."""
        words, sizes = self._once, self._counts.sizes
        postings = PostingsArrays(
            words.documents,
            sizes.astype(np.float32),
            self._printed.positions()[self._order],
            sizes,
        )
        return _blocks(words.sorted, words.ranks, postings)

    # Stems and prefixes apart: sorting them takes most of the memory of an index build.

    def stems(self) -> Iterator[tuple[bytes, Block]]:
        """Yield the postings of stems, sorted by term."""
        terms: defaultdict[str, int] = defaultdict(count().__next__)
        once, forms = self._once, self._all_of(self._common_forms)
        ids = np.concatenate((self._stemmed(once, terms), self._stemmed(forms, terms)))
        documents = np.concatenate((once.documents, forms.documents))
        single = np.ones(len(forms.documents), np.uint32)
        amounts = np.concatenate((self._counts.sizes, single))
        return self._stem_blocks(terms, ids, documents, amounts)

    def prefixes(self) -> Iterator[tuple[bytes, Block]]:
        """Yield the postings of prefixes, sorted by term."""
        terms: defaultdict[str, int] = defaultdict(count().__next__)
        once = self._once
        ids = np.array([terms[prefix_term(word)] for word in once.sorted], np.uint32)
        return self._stem_blocks(terms, ids[once.ranks], once.documents, self._counts.sizes)

    def _stem_blocks(
        self, terms: Mapping[str, int], ids: Integers, documents: Integers, amounts: Integers
    ) -> Iterator[tuple[bytes, Block]]:
        in_order, ranks = _ranked(terms)
        keys = ranks[ids].astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= documents
        order = np.argsort(keys, kind="stable").astype(np.uint32)
        keys = keys[order]
        starts, _ = _counted(np.diff(keys) != 0, len(keys))
        sums = np.add.reduceat(amounts[order], starts) if len(starts) else amounts
        keys = keys[starts]
        postings = PostingsArrays(
            keys.astype(np.uint32),  # the lower half
            (sums * self._boost).astype(np.float32),
            np.empty(0, np.uint32),
            np.zeros(len(starts), np.uint32),
        )
        return _blocks(in_order, (keys >> np.uint64(32)).astype(np.uint32), postings)

    def _stemmed(self, words: _Words, terms: defaultdict[str, int]) -> NDArray[np.uint32]:
        """Return the id of each word's stem among the terms, which are added."""
        ids = np.empty(len(words.ranks), np.uint32)
        by_rank = np.empty(len(words.sorted), np.uint32)
        for stem, number in self._known_stemmers.items():
            of_stemmer = words.stemmers == number
            distinct = np.unique(words.ranks[of_stemmer])
            by_rank[distinct] = [terms[stem(words.sorted[rank])] for rank in distinct.tolist()]
            ids[of_stemmer] = by_rank[words.ranks[of_stemmer]]
        return ids

    def _all_of(self, words: _WordList) -> _Words:
        in_order, ranks = _ranked(words.terms)
        lengths = np.frombuffer(words.lengths, np.uint32)
        return _Words(
            in_order,
            ranks[np.frombuffer(words.ids, np.uint32)],
            np.repeat(np.frombuffer(self._documents, np.uint32), lengths),
            np.repeat(np.frombuffer(self._stemmers, np.uint32), lengths),
        )


class _WordList:
    """Growing words of documents in a row."""

    def __init__(self) -> None:
        self.terms: defaultdict[str, int] = defaultdict(count().__next__)
        self.ids, self.lengths = array("I"), array("I")

    def add(self, words: list[str]) -> None:
        """Add the words of a document."""
        self.ids.extend(map(self.terms.__getitem__, words))
        self.lengths.append(len(words))

    def positions(self) -> NDArray[np.uint32]:
        """Return each word's position in its document."""
        lengths = np.frombuffer(self.lengths, np.uint32)
        before = np.cumsum(lengths, dtype=np.uint32) - lengths
        return np.arange(len(self.ids), dtype=np.uint32) - np.repeat(before, lengths)


def _blocks(
    terms: list[str], ranks: Integers, postings: PostingsArrays
) -> Iterator[tuple[bytes, Block]]:
    counts = np.bincount(ranks, minlength=len(terms))
    return blocks([term.encode() for term in terms], counts, postings)


def _ranked(ids: Mapping[str, int]) -> tuple[list[str], NDArray[np.uint32]]:
    """Return the terms in order, and the rank of each id."""
    in_order = sorted(ids)  # by code point, as in UTF-8
    ranks = np.empty(len(in_order), np.uint32)
    ranks[[ids[term] for term in in_order]] = np.arange(len(in_order), dtype=np.uint32)
    return in_order, ranks


def _counted(changes: NDArray[np.bool_], total: int) -> _Counts:
    """Count equal neighbors; `changes` tells where each of `total` ones differs from the next."""
    starts = np.flatnonzero(np.append(True, changes)[:total]).astype(np.uint32)
    return _Counts(starts, np.append(starts[1:], np.uint32(total)) - starts)
