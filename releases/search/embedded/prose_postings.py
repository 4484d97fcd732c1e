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


class _Counts(NamedTuple):
    """Occurrences of terms in documents: index of the first of each, and their number."""

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


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
    def _order(self) -> NDArray[np.int64]:
        """Places of the words, sorted by word."""
        return np.argsort(self._words.ranks, kind="stable")

    @cached_property
    def _counts(self) -> _Counts:
        words, order = self._words, self._order
        return _counted(words.ranks[order], words.documents[order])

    def exact(self) -> Iterator[tuple[bytes, Block]]:
        """Yield the postings of unstemmed words with their positions, sorted by word."""
        words, (starts, sizes) = self._words, self._counts
        found = self._order[starts]
        postings = PostingsArrays(
            words.documents[found],
            sizes.astype(np.float32),
            self._printed.positions()[self._order],
            sizes,
        )
        return _blocks(words.sorted, words.ranks[found], postings)

    def stems(self) -> Iterator[tuple[bytes, Block]]:
        """Yield the postings of stems and prefixes, sorted by term."""
        terms: defaultdict[str, int] = defaultdict(count().__next__)
        words, (starts, sizes) = self._words, self._counts
        found = self._order[starts]
        once = words._replace(
            ranks=words.ranks[found],
            documents=words.documents[found],
            stemmers=words.stemmers[found],
        )
        prefixes = np.array([terms[prefix_term(word)] for word in words.sorted], np.int64)
        forms = self._all_of(self._common_forms)
        ids = (self._stemmed(once, terms), prefixes[once.ranks], self._stemmed(forms, terms))
        documents = np.concatenate((once.documents, once.documents, forms.documents))
        amounts = np.concatenate((sizes, sizes, np.ones(len(forms.documents), np.int64)))
        return self._stem_blocks(terms, np.concatenate(ids), documents, amounts)

    def _stem_blocks(
        self, terms: Mapping[str, int], ids: Integers, documents: Integers, amounts: Integers
    ) -> Iterator[tuple[bytes, Block]]:
        in_order, ranks = _ranked(terms)
        keys = ranks[ids].astype(np.int64) << 32 | documents
        order = np.argsort(keys, kind="stable")
        found, documents = keys[order] >> 32, documents[order]
        starts, _ = _counted(found, documents)
        sums = np.add.reduceat(amounts[order], starts) if len(starts) else amounts
        postings = PostingsArrays(
            documents[starts],
            (sums * self._boost).astype(np.float32),
            np.empty(0, np.uint32),
            np.zeros(len(starts), np.int64),
        )
        return _blocks(in_order, found[starts], postings)

    def _stemmed(self, words: _Words, terms: defaultdict[str, int]) -> NDArray[np.int64]:
        """Return the id of each word's stem among the terms, which are added."""
        ids = np.empty(len(words.ranks), np.int64)
        by_rank = np.empty(len(words.sorted), np.int64)
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
        ends = np.cumsum(lengths, dtype=np.int64)
        before = np.repeat(ends - lengths, lengths)
        return (np.arange(len(self.ids)) - before).astype(np.uint32)


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


def _counted(ranks: Integers, documents: Integers) -> _Counts:
    """Count neighbors of the same term and document."""
    changes = (np.diff(ranks) != 0) | (np.diff(documents) != 0)
    starts = np.flatnonzero(np.append(True, changes)[: len(ranks)])
    return _Counts(starts, np.diff(np.append(starts, len(ranks))))
