"""Reasons why a release stands where it stands among the results, for staff."""

from __future__ import annotations

from typing import NamedTuple

from releases.search.query.nearness import Sign


class Explanation(NamedTuple):
    """Score of a release: the sum of its words' points, grown by `signs` and by `newness`.

    An engine that does not tell the points of a word gives None.
    """

    score: float
    words: tuple[tuple[str, float | None], ...]
    signs: tuple[Sign, ...]
    newness: float
