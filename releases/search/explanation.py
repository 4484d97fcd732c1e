"""Reasons for the rank of a release among the results, for staff."""

from __future__ import annotations

from typing import NamedTuple

from releases.search.query.proximity import Feature


class Explanation(NamedTuple):
    """Score of a release: the sum of its words' points, grown by `features` and by `newness`.

    The points of a word are None if the engine does not return them.
    """

    score: float
    words: tuple[tuple[str, float | None], ...]
    features: tuple[Feature, ...]
    newness: float
