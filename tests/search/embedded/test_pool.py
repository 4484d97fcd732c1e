"""The pool returns the same postings however much was spilled to disk."""

import tracemalloc
from collections import deque
from itertools import chain, pairwise

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage

from releases.search.analysis.analyzer import printed_words
from releases.search.analysis.entry_terms import Prose, entry_terms
from releases.search.embedded.fields import PrintedWords
from releases.search.embedded.pool import Pool
from releases.search.embedded.prose_postings import ProsePostings

LANGUAGES = ("en", "es", "de")
TEXTS = [
    "The counties’ courts ruled: AB 2466 costs $32 billion, $32 billion, for re-entry.",
    "Los ríos y las elecciones del UN, COVID-19 and U.S. v. Smith 3:18-cv-04417",
    "東京都 Niño Niño niños; It is argued (by staff) that: courts, courts.",
    "",
]


def gathered(folder, limit):
    """Return the pool, and weights and positions by column, term and document."""
    pool = Pool(FileStorage(str(folder)), None, limitmb=1)
    pool.limit = limit
    for number in range(50):
        text = TEXTS[number % len(TEXTS)] * (1 + number % 3)
        words = PrintedWords(*printed_words(text), LANGUAGES[number % len(LANGUAGES)])
        pool.add_words("text", number, words, 3.0)
        pool.add_values("year", number, [b"2024", b"word%d" % (number % 7)])
    return pool, [(key, list(_postings(block))) for key, block in pool.iter_postings()]


def _postings(block):
    numbers = np.frombuffer(block.numbers, np.uint32).tolist()
    weights = np.frombuffer(block.weights, np.float32).tolist()
    bounds = np.frombuffer(block.bounds, np.uint32).tolist()
    assert (numbers[0], numbers[-1]) == (block.first, block.last)
    assert (max(weights), sum(weights)) == pytest.approx((block.heaviest, block.total))
    for number, weight, (start, end) in zip(numbers, weights, pairwise(bounds), strict=True):
        yield number, weight, np.frombuffer(block.values[start:end], np.uint32).tolist()


def test_terms_and_their_documents_are_sorted(tmp_path):
    _, terms = gathered(tmp_path, limit=1 << 20)
    keys = [key for key, _ in terms]
    assert keys == sorted(keys)
    assert dict(terms)["year", b"2024"] == [(number, 1.0, []) for number in range(50)]
    assert [number for number, *_ in dict(terms)["year", b"word1"]] == list(range(1, 50, 7))


def test_words_are_counted_as_in_an_entry_of_the_cluster(tmp_path):
    terms = dict(gathered(tmp_path, limit=1 << 20)[1])
    for number in range(12):
        text = TEXTS[number % len(TEXTS)] * (1 + number % 3)
        made = entry_terms(Prose(text, LANGUAGES[number % len(LANGUAGES)]))
        stems = {term: 3.0 * n for term, n in chain(made.stems.items(), made.prefixes.items())}
        assert stems == _of_document(terms, "text", number, 1)
        assert made.exact == _of_document(terms, "text_exact", number, 2)


def _of_document(terms, column, number, place):
    return {
        term.decode(): posting[place]
        for (name, term), postings in terms.items()
        for posting in postings
        if name == column and posting[0] == number
    }


@pytest.mark.parametrize("limit", [0, 600, 2_000])
def test_spilled_terms_are_the_same(limit, tmp_path):
    pool, spilled = gathered(tmp_path, limit)
    assert len(pool.runs) > 1
    assert spilled == gathered(tmp_path, limit=1 << 20)[1]


def test_sorting_words_takes_bounded_memory():
    words = [f"word{number * 7919 % 9000}" for number in range(50_000)]
    prose = ProsePostings()
    for number in range(500):
        prose.add(number, PrintedWords(words[number * 100 :][:100], [], "en"), 1.0)

    tracemalloc.start()
    for sort in (prose.stems, prose.prefixes, prose.exact):
        deque(sort(), maxlen=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak / len(words) < 200  # bytes
