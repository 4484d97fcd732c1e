"""Relevance of search results for judged queries: success@3 and @10, MRR and nDCG@10.

Documents of grades 3 and 2 are wanted, of grade 1 acceptable; unjudged ones have grade 0. See
Manning, Raghavan and Schütze, "Introduction to Information Retrieval" (2008), chapter 8, and
Järvelin and Kekäläinen (2002) for nDCG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean
from typing import Any

from releases.search import results, similarity
from releases.search.query.parser import parse
from tests.search.judged import JUDGED, RELEASES
from tools.bench import corpus, site
from tools.bench.tables import Table

WANTED = 2
DEPTH = 10
TOP = 3

COUNT = 2_000

Document = Any  # identifier of a document
Judgements = Mapping[str, Mapping[Document, int]]  # query -> document -> grade
Search = Callable[[str], Sequence[Document]]


@dataclass(frozen=True)
class Score:
    """Metrics of one query, each from 0 to 1; `rank` of the first wanted document, from 1."""

    query: str
    rank: int | None
    ndcg: float

    def is_within(self, depth: int) -> bool:
        """Return True if a wanted document is among the first `depth`."""
        return self.rank is not None and self.rank <= depth

    @property
    def reciprocal_rank(self) -> float:
        """1 / rank of the first wanted document; 0 if there is none."""
        return 1 / self.rank if self.rank else 0.0


@dataclass(frozen=True)
class Relevance:
    """Metrics over all queries, each from 0 to 1."""

    scores: tuple[Score, ...]

    def success_at(self, depth: int) -> float:
        """Return the share of queries with a wanted document among the first `depth`."""
        return fmean(score.is_within(depth) for score in self.scores)

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank of the first wanted document."""
        return fmean(score.reciprocal_rank for score in self.scores)

    @property
    def ndcg(self) -> float:
        """Mean nDCG of the first ten results."""
        return fmean(score.ndcg for score in self.scores)

    @property
    def missed(self) -> list[str]:
        """Queries whose first result is not a wanted document."""
        return [score.query for score in self.scores if score.rank != 1]


def measure(judged: Judgements, search: Search) -> Relevance:
    """Run each query with `search`, which returns documents, best first."""
    return Relevance(tuple(_score(query, judged[query], search(query)) for query in judged))


def _score(query: str, grades: Mapping[Document, int], found: Sequence[Document]) -> Score:
    gains = [grades.get(document, 0) for document in found]
    ranks = (rank for rank, grade in enumerate(gains, 1) if grade >= WANTED)
    ideal = _gain(sorted(grades.values(), reverse=True))
    return Score(query, next(ranks, None), _gain(gains) / ideal)


def _gain(grades: Sequence[int]) -> float:
    """Return the discounted cumulative gain of the first ten results."""
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:DEPTH], 1))


def run(count: int = COUNT) -> Iterator[Table]:
    """Measure on the corpus and its judgments, or on the tests' releases and theirs."""
    rows, judged = _own(count) if corpus.corpus_folder() else (_invented(), JUDGED)
    site.fill(rows)
    site.index_all()
    while similarity.update_due():
        pass
    measured = measure(judged, _ask)
    columns = ("queries", "success@3", "success@10", "MRR", "nDCG@10", "not first")
    successes = (measured.success_at(TOP), measured.success_at(DEPTH))
    figures = (*successes, measured.mrr, measured.ndcg, len(measured.missed))
    yield Table("Relevance", columns, [(len(judged), *figures)])
    missed = [
        (score.query, score.rank or "", score.ndcg) for score in measured.scores if score.rank != 1
    ]
    yield Table(
        "Queries whose first result is not a wanted one", ("query", "rank", "nDCG@10"), missed
    )


def _own(count: int) -> tuple[Iterator[corpus.Row], Judgements]:
    found = corpus.judgements()
    grades = {each["query"]: {r["id"]: r["grade"] for r in each["relevant"]} for each in found}
    return corpus.rows(count), grades


def _invented() -> Iterator[corpus.Row]:
    for key, (title, body, date, language) in RELEASES.items():
        yield {"id": key, "title": title, "body": body, "date": date, "language": language}


def _ask(query: str) -> list[str]:
    return [str(hit.release.source_key) for hit in results.search(parse(query)).hits]
