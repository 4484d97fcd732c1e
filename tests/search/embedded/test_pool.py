"""The pool returns the same postings however much was spilled to disk."""

import pytest
from whoosh.filedb.filestore import FileStorage

from releases.search.embedded.pool import Pool

POSTINGS = [
    ("text", term, number, 1.0 + number, value)
    for number in range(50)
    for term, value in ((b"court", b""), (b"word%d" % (number % 7), b"\1\0\0\0"))
]


def gathered(folder, limit):
    """Return the pool and each term's documents, weights, values and bounds."""
    pool = Pool(FileStorage(str(folder)), None, limitmb=1)
    pool.limit = limit
    for posting in POSTINGS:
        pool.add(posting)
    return pool, [
        (key, list(p.numbers), list(p.weights), bytes(p.values), list(p.bounds))
        for key, p in pool.iter_postings()
    ]


def test_terms_and_their_documents_are_sorted(tmp_path):
    _, terms = gathered(tmp_path, limit=1 << 20)
    assert [key for key, *_ in terms] == [("text", b"court"), *_words()]
    assert terms[0][1:] == (list(range(50)), [1.0 + n for n in range(50)], b"", [0] * 51)
    assert terms[1][1] == list(range(0, 50, 7))
    assert terms[1][3:] == (b"\1\0\0\0" * 8, list(range(0, 36, 4)))


@pytest.mark.parametrize("limit", [0, 600, 2_000])
def test_spilled_terms_are_the_same(limit, tmp_path):
    pool, spilled = gathered(tmp_path, limit)
    assert len(pool.runs) > 1
    assert spilled == gathered(tmp_path, limit=1 << 20)[1]


def _words():
    return [("text", b"word%d" % number) for number in range(7)]
