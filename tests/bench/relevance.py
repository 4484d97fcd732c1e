"""How well a search answers judged queries: success@10, MRR and nDCG@10. Pure.

A judged query says which documents a reader wants: grade 2 is what was looked for, grade 1 is
acceptable, what is not named is 0. See Manning, Raghavan and Schütze, "Introduction to Information
Retrieval" (2008), chapter 8, and Järvelin and Kekäläinen (2002) for nDCG.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean
from typing import Any

WANTED = 2
DEPTH = 10

Document = Any  # whatever names a document: a number, a key
Search = Callable[[str], Sequence[Document]]


@dataclass(frozen=True)
class Judged:
    """A query and the grades of the documents that answer it."""

    query: str
    grades: Mapping[Document, int]


@dataclass(frozen=True)
class Score:
    """One query's figures, each from 0 to 1; `rank` is the first wanted document's, from 1."""

    query: str
    rank: int | None
    ndcg: float

    @property
    def success(self) -> bool:
        """Whether a wanted document is among the first ten."""
        return self.rank is not None and self.rank <= DEPTH

    @property
    def reciprocal_rank(self) -> float:
        """1 for a wanted document in the first place, 1/2 in the second …; 0 for none."""
        return 1 / self.rank if self.rank else 0.0


@dataclass(frozen=True)
class Relevance:
    """The figures over all queries, each from 0 to 1, and those of each query."""

    scores: tuple[Score, ...]

    @property
    def success_at_10(self) -> float:
        """The share of queries with a wanted document among the first ten."""
        return fmean(score.success for score in self.scores)

    @property
    def mrr(self) -> float:
        """The mean reciprocal rank of the first wanted document."""
        return fmean(score.reciprocal_rank for score in self.scores)

    @property
    def ndcg(self) -> float:
        """The mean nDCG of the first ten."""
        return fmean(score.ndcg for score in self.scores)

    @property
    def missed(self) -> list[str]:
        """The queries without a wanted document in the first place."""
        return [score.query for score in self.scores if score.rank != 1]


def measure(judged: Sequence[Judged], search: Search) -> Relevance:
    """Ask each query (at least one) of `search`, which answers documents, best first."""
    return Relevance(tuple(_score(item, search(item.query)) for item in judged))


def _score(judged: Judged, found: Sequence[Document]) -> Score:
    grades = [judged.grades.get(document, 0) for document in found]
    rank = grades.index(WANTED) + 1 if WANTED in grades else None
    ideal = _gain(sorted(judged.grades.values(), reverse=True))
    return Score(judged.query, rank, _gain(grades) / ideal)


def _gain(grades: Sequence[int]) -> float:
    """The discounted cumulative gain of the first ten."""
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:DEPTH], 1))
