"""OpenDocument texts (ODF 1.3), zipped or flat."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from releases.content import rich_text
from releases.content.left_out import name_picture
from releases.content.rich_text import Block, Run, Runs
from releases.importing.converters import packages
from releases.importing.converters.errors import EMPTY, RefusedError
from releases.importing.converters.pictures import Collector
from releases.importing.extracts import MAX_BYTES, Extract

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE = (f"{{{_NAMES}{name}:1.0}}" for name in ("text", "table", "style"))
_OFFICE, _DRAW = (f"{{{_NAMES}{name}:1.0}}" for name in ("office", "drawing"))
_FORMAT = f"{{{_NAMES}xsl-fo-compatible:1.0}}"
_SVG = f"{{{_NAMES}svg-compatible:1.0}}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_MAX_REPEATS = 1_000  # of blanks or cells
_MAX_LEVEL = 6
_SKIPPED = frozenset(
    f"{_TEXT}{name}"
    for name in ("tracked-changes", "sequence-decls", "variable-decls", "user-field-decls")
) | {f"{_OFFICE}forms", f"{_OFFICE}event-listeners"}
_FOOTNOTE = f"{_TEXT}note"
_COMMENT = f"{_OFFICE}annotation"


@dataclass(frozen=True)
class _Look:
    """Format that a style sets; None where it sets none."""

    is_strong: bool | None = None
    is_emphasis: bool | None = None
    parent: str = ""


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the document's release."""
    roots = _roots(data)
    reader = _Reader(_looks(roots), _numbered(roots), data)
    for root in roots:
        for body in root.iter(f"{_OFFICE}text"):
            reader.children(body, Run(""))
    reader.left_out += _furniture(roots)
    if not reader.blocks:
        raise RefusedError(EMPTY)
    left_out = tuple(dict.fromkeys(reader.left_out))
    pictures = tuple(reader.pictures.found)
    yield Extract(tuple(reader.blocks), left_out=left_out, pictures=pictures)


def _roots(data: bytes) -> list[etree._Element]:
    """Return the documents of content and styles; a flat file is both."""
    if not data.startswith(b"PK"):
        return [packages.parse_xml(data)]
    with packages.opened(data) as package:
        names = [each for each in ("content.xml", "styles.xml") if each in package.namelist()]
        return [packages.parse_part(package, each) for each in names]


def _looks(roots: list[etree._Element]) -> dict[str, _Look]:
    """Return what the styles say, by name."""
    found = {}
    for style in (each for root in roots for each in root.iter(f"{_STYLE}style")):
        weight = slant = None
        for looks in style.iter(f"{_STYLE}text-properties"):
            weight = looks.get(f"{_FORMAT}font-weight", weight)
            slant = looks.get(f"{_FORMAT}font-style", slant)
        found[style.get(f"{_STYLE}name", "")] = _Look(
            None if weight is None else weight in ("bold", "600", "700", "800", "900"),
            None if slant is None else slant in ("italic", "oblique"),
            style.get(f"{_STYLE}parent-style-name", ""),
        )
    return found


def _numbered(roots: list[etree._Element]) -> dict[str, set[int]]:
    """Return the numbered levels of each list style."""
    found: dict[str, set[int]] = {}
    for style in (each for root in roots for each in root.iter(f"{_TEXT}list-style")):
        levels = style.iter(f"{_TEXT}list-level-style-number")
        named = {
            int(level.get(f"{_TEXT}level", "1"))
            for level in levels
            if level.get(f"{_STYLE}num-format")
        }
        found[style.get(f"{_STYLE}name", "")] = named
    return found


def _furniture(roots: list[etree._Element]) -> list[str]:
    """Return the words of running headers and footers."""
    names = {f"{_STYLE}{name}" for name in ("header", "footer", "header-first", "footer-first")}
    parts = (each for root in roots for each in root.iter(*names))
    words = (rich_text.collapse(" ".join(part.itertext())) for part in parts)
    return [each for each in words if each]


@dataclass
class _Reader:
    """Collects blocks while it walks the tree."""

    looks: dict[str, _Look]
    numbered: dict[str, set[int]]
    data: bytes  # of the file
    pictures: Collector = field(default_factory=Collector)
    blocks: list[Block] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    lists: list[tuple[str, int]] = field(default_factory=list)  # style, next number
    mark: str = ""  # of the item whose first paragraph comes

    def children(self, element: etree._Element, style: Run) -> None:
        for child in element:
            if isinstance(child.tag, str):
                self.element(child, style)

    def element(self, element: etree._Element, style: Run) -> None:
        """Read an element outside paragraphs."""
        tag = element.tag
        if tag in _SKIPPED:
            return
        if tag in (f"{_TEXT}p", f"{_TEXT}h"):
            self._paragraph(element, style)
        elif tag == f"{_TEXT}list":
            self._list(element, style)
        elif tag in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
            self._item(element, style)
        elif tag == f"{_TABLE}table":
            self._table(element)
        elif tag == f"{_DRAW}frame":
            self._frame(element)
        else:
            self.children(element, style)

    def _paragraph(self, element: etree._Element, style: Run) -> None:
        outer, self.runs = self.runs, []
        level = _integer(element.get(f"{_TEXT}outline-level"), 1)
        name = element.get(f"{_TEXT}style-name", "")
        is_title = "Title" in (name, self._parent(name))
        is_heading = element.tag == f"{_TEXT}h" or is_title
        # A heading's own weight says nothing.
        self._inline(element, Run("") if is_heading else self._styled(name, style))
        runs, self.runs = tuple(self.runs), outer
        if not rich_text.text_of(runs).strip():
            return
        if self.mark:
            depth = max(len(self.lists) - 1, 0)
            self.blocks.append(Block("item", runs, depth, self.mark))
            self.mark = ""
        elif is_heading:
            self.blocks.append(Block("heading", runs, 1 if is_title else min(level, _MAX_LEVEL)))
        else:
            self.blocks.append(Block("paragraph", runs))

    def _parent(self, name: str) -> str:
        return self.looks[name].parent if name in self.looks else ""

    def _styled(self, name: str, style: Run) -> Run:
        """Return the format with what the style and its parents say."""
        strong = slant = None
        for _ in range(20):
            look = self.looks.get(name)
            if look is None:
                break
            strong = look.is_strong if strong is None else strong
            slant = look.is_emphasis if slant is None else slant
            name = look.parent
        return replace(
            style,
            is_strong=style.is_strong if strong is None else strong,
            is_emphasis=style.is_emphasis if slant is None else slant,
        )

    def _inline(self, element: etree._Element, style: Run) -> None:
        self._add(element.text, style)
        for child in element:
            if isinstance(child.tag, str):
                self._inline_child(child, style)
            self._add(child.tail, style)

    def _inline_child(self, child: etree._Element, style: Run) -> None:
        tag = child.tag
        if tag == f"{_TEXT}s":
            self._add(" " * min(_integer(child.get(f"{_TEXT}c"), 1), _MAX_REPEATS), style)
        elif tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            self.runs.append(replace(style, text="\n" if tag.endswith("break") else " "))
        elif tag == f"{_TEXT}a":
            self._inline(child, replace(style, address=child.get(_LINK, "")))
        elif tag == f"{_TEXT}span":
            self._inline(child, self._styled(child.get(f"{_TEXT}style-name", ""), style))
        elif tag == f"{_DRAW}frame":
            self._frame(child)
        elif tag in (_FOOTNOTE, _COMMENT):
            kind = "footnote" if tag == _FOOTNOTE else "comment"
            self.left_out.append(f"{kind} “{rich_text.collapse(' '.join(child.itertext()))}”")
        elif tag not in _SKIPPED:
            self._inline(child, style)

    def _add(self, text: str | None, style: Run) -> None:
        if text:
            self.runs.append(replace(style, text=re.sub(r"\s+", " ", text)))

    def _frame(self, element: etree._Element) -> None:
        """Read a text box; name a picture."""
        if element.find(f".//{_DRAW}text-box") is not None:
            self.children(element, Run(""))
            return
        names = (element.findtext(f"{_SVG}{name}") for name in ("desc", "title"))
        name = rich_text.collapse(next(filter(None, names), ""))
        if not self.pictures.add(name, _picture(element, self.data)):
            self.left_out.append(name_picture(name))

    def _list(self, element: etree._Element, style: Run) -> None:
        inherited = self.lists[-1][0] if self.lists else ""
        self.lists.append((element.get(f"{_TEXT}style-name", inherited), 1))
        self.children(element, style)
        self.lists.pop()

    def _item(self, element: etree._Element, style: Run) -> None:
        name, number = self.lists[-1] if self.lists else ("", 1)
        is_numbered = len(self.lists) in self.numbered.get(name, ())
        # LibreOffice writes a heading as an item of a list without marks.
        is_heading = element.find(f".//{_TEXT}h") is not None
        nested = element.find(f"{_TEXT}p") is None
        self.mark = "" if is_heading or nested else f"{number}." if is_numbered else "-"
        if self.lists and not nested:
            self.lists[-1] = (name, number + 1)
        self.children(element, style)
        self.mark = ""

    def _table(self, element: etree._Element) -> None:
        """Read a table; one row or column is layout."""
        rows = [self._row(row) for row in element.iter(f"{_TABLE}table-row")]
        rows = [row for row in rows if any(rich_text.text_of(cell).strip() for cell in row)]
        if len(rows) > 1 and max(map(len, rows)) > 1:
            self.blocks.append(Block("table", rows=tuple(rows)))
        else:
            self.blocks += [Block("paragraph", cell) for row in rows for cell in row if cell]

    def _row(self, row: etree._Element) -> tuple[Runs, ...]:
        return tuple(self._cell(cell) for cell in row if cell.tag == f"{_TABLE}table-cell")

    def _cell(self, cell: etree._Element) -> Runs:
        inner = _Reader(self.looks, self.numbered, self.data, self.pictures)
        inner.children(cell, Run(""))
        self.left_out += inner.left_out
        runs: list[Run] = []
        for block in inner.blocks:
            for part in block.cells():
                runs += [Run(" "), *part] if runs else part
        return tuple(runs)


def _picture(frame: etree._Element, data: bytes) -> bytes:
    """Return the bytes of a frame's picture: in it, or another part of the file."""
    if written := frame.findtext(f".//{_OFFICE}binary-data"):
        return base64.b64decode(written)
    image = frame.find(f"{_DRAW}image")
    name = image.get(_LINK, "") if image is not None else ""
    if not name or not data.startswith(b"PK"):
        return b""
    with packages.opened(data) as package:
        if name not in package.namelist():
            return b""
        with package.open(name) as part:
            return part.read(MAX_BYTES + 1)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
