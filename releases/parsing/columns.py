"""Tables that are set with blanks, tabs or bars."""

import re
from collections.abc import Sequence

from releases.content import markup
from releases.parsing import phrases
from releases.parsing.lines import Line, collapse

# Two blanks after a period only end a sentence.
_GAP = re.compile(r"(?<!\s)[^\S\t]*+\t\s*+|(?<![\s.!?:;”\"])\s{2,}+")
_WIDE_GAP = re.compile(r"(?<!\s)[^\S\t]*+\t\s*+|(?<!\s)\s{3,}+")
_RULE = re.compile(r"(?=[^-=_]{0,9}[-=_]{3})[-=_+|: ]++")
_BAR = " | "  # as our plain-text rendition sets tables
# Words behind a bullet or a count are set with a tab, too.
_BULLETS = frozenset("•*-–—·")
_COUNT = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]")
_BARS = re.compile(r"^\s*+\|\s|\s\|\s*$")  # around a row
_LABELS = frozenset({"WHO", "WHAT", "WHEN", "WHERE", "WHY", "HOW"})  # of an advisory
_MIN_ROWS = 3
_MAX_CELL = 80  # characters
_MANY_ROWS = 16  # set in columns: below them, rows set in other columns begin another table


def cells(line: Line) -> list[str]:
    """Return the line's columns; one if there is no gap."""
    if not _has_gap(line):
        return [line.text]
    if _BAR in line.raw:
        return [collapse(cell) for cell in _BARS.sub("", line.raw.rstrip("\r\n")).split(_BAR)]
    found = [collapse(cell) for cell in _GAP.split(line.raw.strip())]
    is_item = found[0] in _BULLETS or (len(found) == 2 and _COUNT.fullmatch(found[0]))
    return [line.text] if is_item else found


def _has_gap(line: Line) -> bool:
    return "  " in line.raw or "\t" in line.raw or _BAR in line.raw


def are_rows(above: Line, line: Line) -> bool:
    """Return whether both can be rows of one table."""
    if not _has_gap(line) or not _has_gap(above):
        return False
    size = len(cells(line))
    return size > 1 and len(cells(above)) == size


def table_end(lines: Sequence[Line], start: int) -> int:
    """Return the index below the table that begins at `start`; `start` if there is none."""
    if _RULE.fullmatch(lines[start].text):
        return _box_end(lines, start)
    if not _has_gap(lines[start]):
        return start
    table = _Columns(lines[start])
    end, rules = start + 1, 0
    while end < len(lines) and not lines[end].after_blank:
        if _RULE.fullmatch(lines[end].text):
            rules += 1
        elif not table.add(lines[end]):
            break
        end += 1
    # A row out of the columns ends a table only below many rows, which would all be read again.
    is_set = table.is_set or table.rows >= _MANY_ROWS
    is_table = table.size > 1 and (table.rows >= _MIN_ROWS or (rules and table.rows > 1))
    return end if is_table and is_set else start


def _box_end(lines: Sequence[Line], start: int) -> int:
    """Return the index below the table whose upper rule is at `start`; `start` if there is none."""
    below = start + 1
    is_row = below < len(lines) and not lines[below].after_blank
    if not is_row or _RULE.fullmatch(lines[below].text):  # a box has one upper rule
        return start
    end = table_end(lines, below)
    return end if end > below else start


def to_markdown(lines: Sequence[Line]) -> str:
    """Return the rows as a Markdown table; the first is its head, and rules are left out."""
    rows = [cells(line) for line in lines if not _RULE.fullmatch(line.text)]
    size = max(map(len, rows))
    filled = [[*[""] * (size - len(row)), *row] for row in rows]
    head, *others = ["| " + " | ".join(map(_escape, row)) + " |" for row in filled]
    return "\n".join([head, "|" + " --- |" * size, *others])


def _escape(cell: str) -> str:
    return markup.escape(cell).replace("|", "\\|")


def _is_row(found: Sequence[str], size: int) -> bool:
    """Return whether these are cells of a row, not labels of an advisory or of a contact."""
    is_label = found[0] in _LABELS or (
        found[0].endswith(":")
        and bool(
            phrases.ADVISORY.match(found[0])
            or phrases.EVENT_DETAIL.match(found[0])
            or phrases.CONTACT.fullmatch(found[0])
        )
    )
    is_sized = len(found) == size and size > 1
    return is_sized and not is_label and max(map(len, found)) <= _MAX_CELL


class _Columns:
    """Rows that are set in columns: all gaps are wide, or all cells of a column begin or end at
    one place. `is_set` is false after a row that is not."""

    def __init__(self, head: Line) -> None:
        self.head, self.rows, self.size = head.raw, 1, len(cells(head))
        self.is_set = _is_row(cells(head), self.size)
        self.has_bars, self.has_gaps = _BAR in head.raw, True
        self.starts: list[set[int]] = []
        self.ends: list[set[int]] = []

    def add(self, line: Line) -> bool:
        """Add the row; return whether it belongs to the table."""
        found = cells(line)
        if self.rows == 1 and len(found) == self.size + 1 and self.head[:1].isspace():
            self.size += 1  # the first row has no cell above the names
        if not self.is_set or not _is_row(found, self.size):
            return False
        self.is_set = self._is_aligned(line.raw.rstrip())
        self.rows += self.is_set
        return self.is_set

    def _is_aligned(self, row: str) -> bool:
        self.has_bars = self.has_bars and _BAR in row
        names = len(_WIDE_GAP.split(self.head.strip()))
        gaps = len(_WIDE_GAP.split(row.strip()))
        self.has_gaps = self.has_gaps and names >= self.size - 1 and gaps >= self.size
        if len(places := _places(row)) == self.size:  # heads are often set apart
            self.starts = self.starts or [set() for _ in places]
            self.ends = self.ends or [set() for _ in places]
            for column, (start, end) in enumerate(places):
                self.starts[column].add(start)
                self.ends[column].add(end)
        pairs = zip(self.starts, self.ends, strict=True)
        is_even = all(len(starts) == 1 or len(ends) == 1 for starts, ends in pairs)
        return self.has_bars or self.has_gaps or is_even


def _places(row: str) -> list[tuple[int, int]]:
    at, found = len(row) - len(row.lstrip()), []
    for gap in _GAP.finditer(row, at):
        found.append((at, gap.start()))
        at = gap.end()
    return [*found, (at, len(row))]
