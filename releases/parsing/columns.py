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
_LOOKS = frozenset(4 << n for n in range(20))  # rows after which the columns are compared


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
    size = len(cells(lines[start]))
    end, rows, rules = start, 0, 0
    while end < len(lines) and (end == start or not lines[end].after_blank):
        found = cells(lines[end])
        is_rule = end > start and bool(_RULE.fullmatch(lines[end].text))
        if rows == 1 and len(found) == size + 1 and lines[start].margin > 0:
            size += 1  # the first row has no cell above the names
        if not is_rule and not _is_row(found, size):
            break
        rows, rules, end = rows + (not is_rule), rules + is_rule, end + 1
        if rows in _LOOKS and not _is_set_in_columns(lines[start:end]):
            return start  # without a look at the rest, which each row below would repeat
    is_table = size > 1 and (rows >= _MIN_ROWS or (rules and rows > 1))
    return end if is_table and _is_set_in_columns(lines[start:end]) else start


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


def _is_set_in_columns(lines: Sequence[Line]) -> bool:
    """Return whether all gaps are wide, or all cells of a column begin or end at one place."""
    rows = [line.raw.rstrip() for line in lines if not _RULE.fullmatch(line.text)]
    if all(_BAR in row for row in rows):
        return True
    size = max(len(_GAP.split(row.strip())) for row in rows)
    if all(len(_WIDE_GAP.split(row.strip())) >= size - (n == 0) for n, row in enumerate(rows)):
        return True
    places = [_places(row) for row in rows[1:]]  # heads are often set apart
    full = [each for each in places if len(each) == size]
    columns = list(zip(*full, strict=True))
    return all(
        len({start for start, _ in column}) == 1 or len({end for _, end in column}) == 1
        for column in columns
    )


def _places(row: str) -> list[tuple[int, int]]:
    at, found = len(row) - len(row.lstrip()), []
    for gap in _GAP.finditer(row, at):
        found.append((at, gap.start()))
        at = gap.end()
    return [*found, (at, len(row))]
