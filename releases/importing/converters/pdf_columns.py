"""Lines of PDF pages in reading order, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from releases.content import rich_text
from releases.content.rich_text import Runs

_MARGIN = 0.12  # of a page's height: where running headers and footers are
_MAX_CELL = 40  # characters of nearly all of a table's cells
_MIN_COLUMN = 3  # lines


@dataclass(frozen=True, eq=False)
class Line:
    """A line with its place: `left`, `right`, `top` and `bottom` in points from the lower left."""

    runs: Runs
    left: float
    right: float
    top: float
    bottom: float
    size: float
    page: int
    height: float  # of the page

    @property
    def text(self) -> str:
        return rich_text.collapse(rich_text.text_of(self.runs))

    @property
    def is_at_edge(self) -> bool:
        return self.bottom > self.height * (1 - _MARGIN) or self.top < self.height * _MARGIN


# Lines above two columns, those of each, and those below.
_Columns = tuple[list[Line], list[Line], list[Line], list[Line]]


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Return lines of a page from top to bottom, those of each column together."""
    lines = sorted(lines, key=lambda line: (-line.top, line.left))
    found = _columns(lines)
    if found is None:
        return lines
    above, left, right, below = found
    return [*above, *in_order(left), *in_order(right), *in_order(below)]


def _columns(lines: list[Line]) -> _Columns | None:
    """Return the first columns on the page, with the lines above and below them."""
    tabular = _tabular(lines)
    starts = Counter(round(line.left) for line in lines)
    for start in sorted(place for place, count in starts.items() if count >= _MIN_COLUMN):
        gutter = start - 2
        begin = 0
        for end, line in enumerate([*lines, None]):
            # A line across both columns, and a table, end them.
            if line and line not in tabular and not line.left < gutter < line.right:
                continue
            if found := _split(lines[begin:end], gutter):
                above, left, right, below = found
                return [*lines[:begin], *above], left, right, [*below, *lines[end:]]
            begin = end + 1
    return None


def _split(lines: list[Line], gutter: float) -> _Columns | None:
    """Return the two columns on both sides of the gutter, if these are some."""
    right = [line for line in lines if line.left >= gutter]
    if len(right) < _MIN_COLUMN:
        return None
    top, bottom = max(line.top for line in right), min(line.bottom for line in right)
    above = [line for line in lines if line.bottom >= top]
    beside = [line for line in lines if line not in above and line.left < gutter]
    left = [line for line in beside if line.top > bottom]
    below = [line for line in beside if line.top <= bottom]
    goes_on = _wrapped(below)
    left, below = [*left, *below[:goes_on]], below[goes_on:]
    is_column = len(left) >= _MIN_COLUMN and _overlap(left, right) > 0.5
    return (above, left, right, below) if is_column and not _is_table(left, right) else None


def _wrapped(lines: Sequence[Line]) -> int:
    """Return how many lines are in paragraphs of several lines: a column goes on with them."""
    close = [a.bottom - b.top < 0.3 * a.size for a, b in pairwise(lines)]
    return max((index + 2 for index, is_close in enumerate(close) if is_close), default=0)


def _tabular(lines: Sequence[Line]) -> set[Line]:
    """Return the cells of tables: short, in rows with cells below each other."""
    found: set[Line] = set()
    pending: list[list[Line]] = []
    for row in [*rows_of(lines), []]:
        cells = sorted(row, key=lambda line: line.left)
        if pending and not _are_aligned(pending[-1], cells):
            every = [cell for each in pending for cell in each]
            if len(pending) > 1 and _are_cells(every, at_most=0.25):
                found.update(every)
            pending = []
        if len(cells) > 1:
            pending.append(cells)
    return found


def _are_aligned(above: Sequence[Line], row: Sequence[Line]) -> bool:
    return len(above) == len(row) and all(
        abs(a.left - b.left) < 3 for a, b in zip(above, row, strict=True)
    )


def _are_cells(lines: Sequence[Line], at_most: float) -> bool:
    """Return whether the lines are short, and few go on with a sentence."""
    short = sum(len(line.text) <= _MAX_CELL for line in lines)
    flowing = sum(line.text[:1].islower() for line in lines)
    return short > 0.9 * len(lines) and flowing <= at_most * len(lines)


def _is_table(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether the short lines of the columns are next to each other, as cells are."""
    tops = {round(line.top) for line in left}
    paired = sum(not tops.isdisjoint(_near(line.top)) for line in right)
    tall = max(line.top for line in right) + 1
    cells = [line for line in (*left, *right) if line.top <= tall]
    return _are_cells(cells, at_most=0.1) and paired > 0.8 * len(right)


def _near(place: float) -> tuple[int, int, int]:
    return (round(place) - 1, round(place), round(place) + 1)


def _overlap(left: Sequence[Line], right: Sequence[Line]) -> float:
    """Return how much of the shorter column is next to the other."""
    tops = [max(line.top for line in column) for column in (left, right)]
    bottoms = [min(line.bottom for line in column) for column in (left, right)]
    shorter = min(tops[0] - bottoms[0], tops[1] - bottoms[1])
    return (min(tops) - max(bottoms)) / max(shorter, 1)


def rows_of(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield consecutive lines of one height on a page together."""
    row: list[Line] = []
    for line in lines:
        if row and (row[0].page != line.page or abs(row[0].top - line.top) > 1):
            yield row
            row = []
        row.append(line)
    if row:
        yield row
