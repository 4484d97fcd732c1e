"""PDFs (ISO 32000): text in reading order, without running headers and footers."""

from __future__ import annotations

import io
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pdfminer.layout import LAParams, LTChar, LTPage, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from releases.content import rich_text
from releases.content.rich_text import Block, Run, Runs
from releases.importing.converters import pdf_links, pdf_pictures
from releases.importing.converters.errors import DAMAGED, RefusedError
from releases.importing.converters.pdf_columns import Line, in_order, rows_of
from releases.importing.converters.pdf_links import Link
from releases.importing.converters.pdf_pictures import PictureDevice
from releases.importing.extracts import Extract
from releases.parsing.lines import ENDS_SENTENCE

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
_MIN_GAP, _WIDE_GAP = 0.3, 0.85  # times the size of the text: between cells of a table
_MIN_ROWS = 3  # of a table
_WIDE = 1.7  # times the size of the text: more than between the lines of a paragraph
_LARGER = 1.15  # times the size of the text: a heading


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the document's release."""
    # pdfminer finds the lines; in_order puts them in order.
    resources = PDFResourceManager()
    device = PictureDevice(resources, laparams=LAParams(boxes_flow=None, detect_vertical=False))
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = list(_pages(document, PDFPageInterpreter(resources, device), device))
        pictures, left_out = pdf_pictures.read(data, document, device.shown)
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise RefusedError(LOCKED) from error
    except (PDFException, PSException) as error:
        raise RefusedError(DAMAGED) from error
    lines = [line for page, links in pages for line in in_order(list(_lines(page, links)))]
    if not lines:
        raise RefusedError(SCANNED if device.shown else DAMAGED)
    furniture = _furniture(lines, len(pages))
    body = [line for line in lines if line not in furniture]
    named = dict.fromkeys(line.text for line in lines if line in furniture)
    yield Extract(
        tuple(_blocks(body)), left_out=(*left_out, *named), pictures=tuple(pictures.found)
    )


def _pages(
    document: PDFDocument, interpreter: PDFPageInterpreter, device: PictureDevice
) -> Iterator[tuple[LTPage, list[Link]]]:
    """Yield the layout of each page, and its links."""
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        if number > MAX_PAGES:
            raise RefusedError(TOO_MANY)
        interpreter.process_page(page)
        yield device.get_result(), pdf_links.read(page)


def _lines(page: LTPage, links: Sequence[Link]) -> Iterator[Line]:
    rows = [line for box in page if isinstance(box, LTTextBox) for line in _in_rows(box)]
    gap = _least_gap(rows)
    stops = _stops(rows, gap)
    for row in rows:
        for parts in _cells(row, stops, gap):
            runs = tuple(rich_text.merge(_runs(parts, links)))
            if rich_text.text_of(runs).strip():
                left, bottom, right, top = _box(parts)
                size = _size(parts)
                yield Line(runs, left, right, top, bottom, size, page.pageid, page.height)


def _in_rows(box: LTTextBox) -> list[LTTextLine]:
    return [line for line in box if isinstance(line, LTTextLine)]


def _least_gap(rows: Sequence[LTTextLine]) -> float:
    """Return what parts cells at least, as a share of the size: little where blanks are characters,
    for a gap without one is none between words."""
    text = "".join(part.get_text() for row in rows for part in row if isinstance(part, LTChar))
    return _MIN_GAP if text.count(" ") > len(text) / 20 else _WIDE_GAP


def _gaps(row: Iterable[object], gap: float) -> Iterator[LTChar]:
    """Yield the characters after a gap that is wider than between words."""
    characters = [part for part in row if isinstance(part, LTChar)]
    for before, after in pairwise(characters):
        # Justified lines have wide blanks.
        least = _WIDE_GAP if " " in (before.get_text(), after.get_text()) else gap
        if after.x0 - before.x1 > least * after.size:
            yield after


def _stops(rows: Sequence[LTTextLine], gap: float) -> set[int]:
    """Return where cells of several rows begin, in points from the left."""
    starts = Counter(round(row.x0) for row in rows)
    starts.update(round(character.x0) for row in rows for character in _gaps(row, gap))
    near = {place: sum(starts[each] for each in range(place - 1, place + 2)) for place in starts}
    return {place for place, count in near.items() if count >= _MIN_ROWS}


def _cells(row: LTTextLine, stops: set[int], gap: float) -> list[list[object]]:
    """Return the parts of a line: pdfminer joins cells that are close to each other."""
    begins = {id(each) for each in _gaps(row, gap) if round(each.x0) in stops}
    cells: list[list[object]] = [[]]
    for part in row:
        if id(part) in begins and not _is_mark(_text_of(cells[-1])):
            cells.append([])
        cells[-1].append(part)
    return cells


def _is_mark(text: str) -> bool:
    """Return whether the text is the mark of a list's item, and nothing else."""
    found = _BULLET.match(f"{text} .")
    return found is not None and found.end() == len(text) + 1


def _text_of(parts: Iterable[object]) -> str:
    return "".join(part.get_text() for part in parts if isinstance(part, LTChar)).strip()


def _box(parts: Iterable[object]) -> tuple[float, float, float, float]:
    boxes = [part.bbox for part in parts if isinstance(part, LTChar)]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _runs(parts: Sequence[Any], links: Sequence[Link]) -> Iterator[Run]:
    look = Run("")
    near = [link for link in links if links and link.is_at(_box(parts))]
    for part in parts:
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


def _size(parts: Iterable[object]) -> float:
    sizes = [part.size for part in parts if isinstance(part, LTChar)]
    return statistics.median(sizes) if sizes else 0.0


def _furniture(lines: Sequence[Line], pages: int) -> set[Line]:
    """Return page numbers, and lines at the edge that several pages have alike."""
    edge = [line for line in lines if line.is_at_edge]
    pages_of: dict[tuple[str, int], set[int]] = {}
    for line in edge:
        pages_of.setdefault(_place(line), set()).add(line.page)
    repeated = {place for place, found in pages_of.items() if len(found) > 1}
    outermost = _outermost(lines)
    return {
        line
        for line in edge
        if (line in outermost and _PAGE_NUMBER.fullmatch(line.text.strip(" -–—|·[]()")))
        or (pages > 1 and _place(line) in repeated)
    }


def _place(line: Line) -> tuple[str, int]:
    """Return what lines of running headers have in common: words, and height on the page."""
    return _DIGITS.sub("0", line.text), round(line.top / 4)


def _outermost(lines: Sequence[Line]) -> set[Line]:
    """Return the highest and the lowest line of each page, if nothing is next to it."""
    rows: dict[int, list[list[Line]]] = {}
    for row in rows_of(sorted(lines, key=lambda line: (line.page, -line.top))):
        rows.setdefault(row[0].page, []).append(row)
    ends = (row for page in rows.values() for row in (page[0], page[-1]))
    return {row[0] for row in ends if len(row) == 1}


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Join lines to tables, and to paragraphs by their distance, indent and size."""
    rest: list[Line] = []
    for rows in _tables(lines):
        if len(rows) > 1:
            yield from _paragraphs(rest)
            rest = []
            yield Block("table", rows=tuple(tuple(cell.runs for cell in row) for row in rows))
        else:
            rest += rows[0]
    yield from _paragraphs(rest)


def _tables(lines: Sequence[Line]) -> Iterator[list[list[Line]]]:
    """Yield the rows of each table; a list of one row where there is none."""
    pending: list[list[Line]] = []
    for row in rows_of(lines):
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


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
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


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the usual distance of two lines' upper edges, in points."""
    pairs = pairwise(lines)
    gaps = {a: round(a.top - b.top, 1) for a, b in pairs if a.page == b.page and a.top > b.top}
    usual = min(Counter(gaps.values()).most_common(2), default=(14.0, 0))[0]
    size = statistics.median(line.size for line in lines)
    apart = [line for line, gap in gaps.items() if gap > 0.9 * usual]
    right = max(line.right for line in lines)
    full = [line for line in apart if line.right - line.left > 0.8 * (right - line.left)]
    if usual < _WIDE * size or 2 * len(full) > len(apart):
        return usual
    # Between paragraphs of one line each; double-spaced lines would be full.
    return min((gap for gap in gaps.values() if size <= gap < 0.8 * usual), default=1.2 * size)


def _continues(paragraph: Sequence[Line], line: Line, gap: float) -> bool:
    above = paragraph[-1]
    if abs(above.size - line.size) > 0.1 * max(above.size, 1) or _BULLET.match(line.text):
        return False
    if _is_bold(above) != _is_bold(line):
        return False
    is_next = above.page == line.page and above.top > line.top
    if not is_next:  # the next column or page
        return not ENDS_SENTENCE.search(above.text) and line.text[:1].islower()
    if above.top - line.top > 1.35 * gap:
        return False
    is_indented = line.left > paragraph[0].left + 8 and len(paragraph) == 1
    has_bullet = bool(_BULLET.match(paragraph[0].text))
    if line.left > above.left + 8 and not (is_indented and has_bullet):
        return False
    return not _is_short(paragraph, above, line)


def _is_bold(line: Line) -> bool:
    return all(run.is_strong for run in line.runs if run.text.strip())


def _is_short(paragraph: Sequence[Line], above: Line, line: Line) -> bool:
    """Return whether the line above had room for the next line's first word."""
    first = line.text.split(" ", 1)[0]
    width = max(each.right for each in (*paragraph, line)) - line.left
    per_character = (above.right - above.left) / max(len(above.text), 1)
    room = line.left + width - above.right
    is_ended = bool(ENDS_SENTENCE.search(above.text))
    return room > per_character * (len(first) + (2 if is_ended else 12))


def _block(paragraph: Sequence[Line], usual: float) -> Block:
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
    if text.endswith(_SOFT_HYPHEN) or (_HYPHEN.search(text) and _goes_on(line)):
        return [*rich_text.slice_runs(kept, 0, len(text) - 1), *line]
    return [*kept, *([] if text.endswith("-") else [replace(kept[-1], text=" ")]), *line]


def _goes_on(line: Runs) -> bool:
    """Return whether the line begins in lowercase, as the rest of a word does."""
    return rich_text.text_of(line).lstrip()[:1].islower()
