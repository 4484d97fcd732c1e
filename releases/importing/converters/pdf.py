"""PDFs (ISO 32000): text in reading order, without running headers and footers."""

from __future__ import annotations

import io
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTFigure, LTImage, LTPage, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.psexceptions import PSException

from releases.content import rich_text
from releases.content.rich_text import Block, Run, Runs
from releases.importing.converters import pdf_links
from releases.importing.converters.errors import DAMAGED, RefusedError
from releases.importing.converters.pdf_links import Link
from releases.importing.extracts import Extract

MAX_PAGES = 500
TOO_MANY = f"The PDF has more than {MAX_PAGES} pages: split it, and import its parts."
LOCKED = "The PDF is locked with a password: save it without one, and import that."
SCANNED = (
    "The PDF is a scan: pictures of pages without text. Have its text recognized (OCR), and "
    "import that."
)
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:page |página |p\. ?)?\d{1,4}(?: ?(?:of|de|/) ?\d{1,4})?", re.IGNORECASE
)
_GLYPH = re.compile(r"\(cid:(\d{1,6})\)")
_BULLET_GLYPHS = (127, 149, 183)  # of WinAnsiEncoding and Symbol
_DIGITS = re.compile(r"\d+")
_HYPHEN = re.compile(r"[a-zà-ÿ]-$")
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_BULLET = re.compile(r"(?P<mark>[•●▪◦‣➢·\uf0b7\uf0a7o*–-]|\(?\d{1,3}[.)])\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;…][”’\"')\]]*$")
_MARGIN = 0.12  # of a page's height: where running headers and footers are
_MAX_CELL = 40  # characters of nearly all of a table's cells
_MIN_COLUMN = 3  # lines
_LARGER = 1.15  # times the size of the text: a heading


@dataclass(frozen=True, eq=False)
class _Line:
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
_Columns = tuple[list[_Line], list[_Line], list[_Line], list[_Line]]


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the document's release."""
    try:
        pages = list(_pages(data))
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise RefusedError(LOCKED) from error
    except (PDFException, PSException) as error:
        raise RefusedError(DAMAGED) from error
    pictures = sum(_count_pictures(page) for page, _ in pages)
    lines = [line for page, links in pages for line in _in_order(list(_lines(page, links)))]
    if not lines:
        raise RefusedError(SCANNED if pictures else DAMAGED)
    furniture = _furniture(lines, len(pages))
    body = [line for line in lines if line not in furniture]
    left_out = [f"{pictures} pictures" if pictures > 1 else "picture"] if pictures else []
    named = dict.fromkeys(line.text for line in lines if line in furniture)
    yield Extract(tuple(_blocks(body)), left_out=(*left_out, *named))


def _pages(data: bytes) -> Iterator[tuple[LTPage, list[Link]]]:
    """Yield the layout of each page, and its links."""
    # pdfminer finds the lines; _in_order puts them in order.
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(boxes_flow=None, detect_vertical=False))
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.get_pages(io.BytesIO(data)), 1):
        if number > MAX_PAGES:
            raise RefusedError(TOO_MANY)
        interpreter.process_page(page)
        yield device.get_result(), pdf_links.read(page)


def _count_pictures(element: Iterable[object]) -> int:
    count = 0
    for part in element:
        if isinstance(part, LTImage):
            count += 1
        elif isinstance(part, LTFigure):
            count += _count_pictures(part)
    return count


def _lines(page: LTPage, links: Sequence[Link]) -> Iterator[_Line]:
    for box in page:
        if isinstance(box, LTTextBox):
            for line in _in_rows(box):
                runs = tuple(rich_text.merge(_runs(line, links)))
                if rich_text.text_of(runs).strip():
                    left, bottom, right, top = line.bbox
                    yield _Line(
                        runs, left, right, top, bottom, _size(line), page.pageid, page.height
                    )


def _in_order(lines: Sequence[_Line]) -> list[_Line]:
    """Return lines of a page from top to bottom, those of each column together."""
    lines = sorted(lines, key=lambda line: (-line.top, line.left))
    found = _columns(lines)
    if found is None:
        return lines
    above, left, right, below = found
    return [*above, *_in_order(left), *_in_order(right), *_in_order(below)]


def _columns(lines: list[_Line]) -> _Columns | None:
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


def _split(lines: list[_Line], gutter: float) -> _Columns | None:
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


def _wrapped(lines: Sequence[_Line]) -> int:
    """Return how many lines are in paragraphs of several lines: a column goes on with them."""
    close = [a.bottom - b.top < 0.3 * a.size for a, b in pairwise(lines)]
    return max((index + 2 for index, is_close in enumerate(close) if is_close), default=0)


def _tabular(lines: Sequence[_Line]) -> set[_Line]:
    """Return the cells of tables: short, in rows with cells below each other."""
    found: set[_Line] = set()
    pending: list[list[_Line]] = []
    for row in [*_rows(lines), []]:
        cells = sorted(row, key=lambda line: line.left)
        if pending and not _are_aligned(pending[-1], cells):
            every = [cell for each in pending for cell in each]
            if len(pending) > 1 and _are_cells(every, at_most=0.25):
                found.update(every)
            pending = []
        if len(cells) > 1:
            pending.append(cells)
    return found


def _are_aligned(above: Sequence[_Line], row: Sequence[_Line]) -> bool:
    return len(above) == len(row) and all(
        abs(a.left - b.left) < 3 for a, b in zip(above, row, strict=True)
    )


def _are_cells(lines: Sequence[_Line], at_most: float) -> bool:
    """Return whether the lines are short, and few go on with a sentence."""
    short = sum(len(line.text) <= _MAX_CELL for line in lines)
    flowing = sum(line.text[:1].islower() for line in lines)
    return short > 0.9 * len(lines) and flowing <= at_most * len(lines)


def _is_table(left: Sequence[_Line], right: Sequence[_Line]) -> bool:
    """Return whether the short lines of the columns are next to each other, as cells are."""
    tops = {round(line.top) for line in left}
    paired = sum(not tops.isdisjoint(_near(line.top)) for line in right)
    tall = max(line.top for line in right) + 1
    cells = [line for line in (*left, *right) if line.top <= tall]
    return _are_cells(cells, at_most=0.1) and paired > 0.8 * len(right)


def _near(place: float) -> tuple[int, int, int]:
    return (round(place) - 1, round(place), round(place) + 1)


def _overlap(left: Sequence[_Line], right: Sequence[_Line]) -> float:
    """Return how much of the shorter column is next to the other."""
    tops = [max(line.top for line in column) for column in (left, right)]
    bottoms = [min(line.bottom for line in column) for column in (left, right)]
    shorter = min(tops[0] - bottoms[0], tops[1] - bottoms[1])
    return (min(tops) - max(bottoms)) / max(shorter, 1)


def _in_rows(box: LTTextBox) -> list[LTTextLine]:
    return [line for line in box if isinstance(line, LTTextLine)]


def _runs(line: LTTextLine, links: Sequence[Link]) -> Iterator[Run]:
    look = Run("")
    near = [link for link in links if link.is_at(line.bbox)]
    for part in line:
        if isinstance(part, LTChar):
            name = part.fontname.rpartition("+")[2]
            address = next((link.address for link in near if link.covers(part.bbox)), "")
            look = Run("", bool(_BOLD.search(name)), bool(_ITALIC.search(name)), address)
        yield replace(look, text=_known(part.get_text()))


def _known(text: str) -> str:
    """Return the text, with a mark for a glyph that the font does not name."""
    glyph = _GLYPH.fullmatch(text)
    if glyph is None:
        return text
    return "•" if int(glyph[1]) in _BULLET_GLYPHS else "\ufffd"


def _size(line: LTTextLine) -> float:
    sizes = [part.size for part in line if isinstance(part, LTChar)]
    return statistics.median(sizes) if sizes else 0.0


def _furniture(lines: Sequence[_Line], pages: int) -> set[_Line]:
    """Return page numbers, and lines at the edge that several pages have alike."""
    edge = [line for line in lines if line.is_at_edge]
    pages_of: dict[str, set[int]] = {}
    for line in edge:
        pages_of.setdefault(_DIGITS.sub("0", line.text), set()).add(line.page)
    repeated = {text for text, found in pages_of.items() if len(found) > 1}
    outermost = _outermost(lines)
    return {
        line
        for line in edge
        if (line in outermost and _PAGE_NUMBER.fullmatch(line.text.strip(" -–—|·[]()")))
        or (pages > 1 and _DIGITS.sub("0", line.text) in repeated)
    }


def _outermost(lines: Sequence[_Line]) -> set[_Line]:
    """Return the highest and the lowest line of each page."""
    pages: dict[int, list[_Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    highest = {max(page, key=lambda line: line.top) for page in pages.values()}
    return highest | {min(page, key=lambda line: line.bottom) for page in pages.values()}


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    """Join lines to tables, and to paragraphs by their distance, indent and size."""
    rest: list[_Line] = []
    for rows in _tables(lines):
        if len(rows) > 1:
            yield from _paragraphs(rest)
            rest = []
            yield Block("table", rows=tuple(tuple(cell.runs for cell in row) for row in rows))
        else:
            rest += rows[0]
    yield from _paragraphs(rest)


def _tables(lines: Sequence[_Line]) -> Iterator[list[list[_Line]]]:
    """Yield the rows of each table; a list of one row where there is none."""
    pending: list[list[_Line]] = []
    for row in _rows(lines):
        cells = sorted(row, key=lambda line: line.left)
        if pending and len(cells) != len(pending[0]):
            yield pending
            pending = []
        if len(cells) == 1:
            yield [cells]
        else:
            pending.append(cells)
    if pending:
        yield pending


def _rows(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield consecutive lines of one height on a page together."""
    row: list[_Line] = []
    for line in lines:
        if row and (row[0].page != line.page or abs(row[0].top - line.top) > 1):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Block]:
    if not lines:
        return
    usual = Counter(round(line.size, 1) for line in lines for _ in line.text).most_common(1)[0][0]
    gap = _usual_gap(lines)
    paragraph = [lines[0]]
    for line in lines[1:]:
        if _continues(paragraph, line, gap * max(line.size / max(usual, 1), 1)):
            paragraph.append(line)
        else:
            yield _block(paragraph, usual)
            paragraph = [line]
    yield _block(paragraph, usual)


def _usual_gap(lines: Sequence[_Line]) -> float:
    """Return the usual distance of two lines' upper edges, in points."""
    pairs = pairwise(lines)
    gaps = [round(a.top - b.top, 1) for a, b in pairs if a.page == b.page and a.top > b.top]
    return min(Counter(gaps).most_common(2), default=(14.0, 0))[0] if gaps else 14.0


def _continues(paragraph: Sequence[_Line], line: _Line, gap: float) -> bool:
    above = paragraph[-1]
    if abs(above.size - line.size) > 0.1 * max(above.size, 1) or _BULLET.match(line.text):
        return False
    if _is_bold(above) != _is_bold(line):
        return False
    is_next = above.page == line.page and above.top > line.top
    if not is_next:  # the next column or page
        return not _ENDS.search(above.text) and line.text[:1].islower()
    if above.top - line.top > 1.35 * gap:
        return False
    is_indented = line.left > paragraph[0].left + 8 and len(paragraph) == 1
    has_bullet = bool(_BULLET.match(paragraph[0].text))
    if line.left > above.left + 8 and not (is_indented and has_bullet):
        return False
    return not _is_short(paragraph, above, line)


def _is_bold(line: _Line) -> bool:
    return all(run.is_strong for run in line.runs if run.text.strip())


def _is_short(paragraph: Sequence[_Line], above: _Line, line: _Line) -> bool:
    """Return whether the line above had room for the next line's first word."""
    first = line.text.split(" ", 1)[0]
    width = max(each.right for each in (*paragraph, line)) - line.left
    per_character = (above.right - above.left) / max(len(above.text), 1)
    room = line.left + width - above.right
    is_ended = bool(_ENDS.search(above.text))
    return room > per_character * (len(first) + (2 if is_ended else 12))


def _block(paragraph: Sequence[_Line], usual: float) -> Block:
    runs: list[Run] = []
    for line in paragraph:
        runs = _joined(runs, line.runs)
    words = rich_text.text_of(runs).lstrip()
    bullet = _BULLET.match(words)
    if bullet and len(words) > bullet.end():
        lead = len(rich_text.text_of(runs)) - len(words)
        inner = tuple(rich_text.slice_runs(runs, lead + bullet.end(), len(words) + lead))
        mark = bullet["mark"].strip("(")
        number = _DIGITS.match(mark)
        return Block("item", inner, mark=f"{number[0]}." if number else "-")
    if paragraph[0].size > usual * _LARGER and len(words) < 300:
        plain = tuple(replace(run, is_strong=False) for run in runs)
        return Block("heading", plain, level=1)
    return Block("paragraph", tuple(runs))


def _joined(above: list[Run], line: Runs) -> list[Run]:
    """Join a line to a paragraph; a word broken at a hyphen becomes one."""
    if not above:
        return list(line)
    text = rich_text.text_of(above).rstrip()
    kept = list(rich_text.slice_runs(above, 0, len(text)))
    if text.endswith(_SOFT_HYPHEN) or (_HYPHEN.search(text) and _is_broken(text, line)):
        return [*rich_text.slice_runs(kept, 0, len(text) - 1), *line]
    return [*kept, *([] if text.endswith("-") else [replace(kept[-1], text=" ")]), *line]


def _is_broken(text: str, line: Runs) -> bool:
    """Return whether the hyphen only breaks the line: the word goes on in lowercase."""
    rest = rich_text.text_of(line).lstrip()
    return rest[:1].islower()
