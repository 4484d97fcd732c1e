"""Line breaking for print."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate

from fpdf.line_break import BREAKING_SPACE_SYMBOLS, SOFT_HYPHEN


def broken(text: str, widths: Mapping[str, float], room: float) -> Iterator[str]:
    """Yield lines that fit `room`, broken at spaces or soft hyphens where possible.

    `widths` has the width of every character in the text and of a hyphen.
    """
    for line in text.removesuffix("\n").split("\n"):
        yield from _pieces(line, widths, room)


def _pieces(line: str, widths: Mapping[str, float], room: float) -> Iterator[str]:
    edges = [0.0, *accumulate(map(widths.__getitem__, line))]
    start = 0
    while edges[-1] - edges[start] > room:
        right = edges[start] + room
        end = bisect_right(edges, right) - 1  # the first character that does not fit
        space = max(line.rfind(mark, start, end + 1) for mark in BREAKING_SPACE_SYMBOLS)
        hyphen = line.rfind(SOFT_HYPHEN, start, bisect_right(edges, right - widths["-"]))
        stop = max(space, hyphen)
        yield (line[start:end] if stop < 0 else line[start:stop]) + "-" * (hyphen > space)
        start = end if stop < 0 else stop + 1
    yield line[start:]
