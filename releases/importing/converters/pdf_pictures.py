"""Pictures of PDFs with the alt texts of their tags (ISO 32000, 14.8.4 and 14.9.3)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text
from pypdf import PdfReader

from releases.content.left_out import name_picture
from releases.importing.converters.pdf_links import Box
from releases.importing.converters.pictures import Collector

MAX_ELEMENTS = 100_000  # of the structure tree
MIN_SIDE, MAX_PIXELS = 32, 64_000_000  # of a picture; a smaller one is an ornament
_TOLERANCE = 2  # points between a picture and the place that its tag states


@dataclass(frozen=True)
class Shown:
    """A picture on a page, and the number of the marked content that it is in."""

    page: int  # counted from 1
    page_id: object
    name: str
    box: Box
    mark: int | None
    object_id: int | None
    width: int
    height: int


@dataclass(frozen=True)
class _Figure:
    """A tag for a picture."""

    alt: str
    page_id: object
    marks: frozenset[int]
    box: Box | None

    def has(self, shown: Shown) -> bool:
        """Return whether the picture is the figure's: by its marked content, else by its place."""
        if self.page_id != shown.page_id:
            return False
        if self.marks or self.box is None:
            return shown.mark in self.marks
        left, bottom, right, top = shown.box
        x, y = (left + right) / 2, (bottom + top) / 2
        inside = self.box[0] - _TOLERANCE <= x <= self.box[2] + _TOLERANCE
        return inside and self.box[1] - _TOLERANCE <= y <= self.box[3] + _TOLERANCE


class PictureDevice(PDFPageAggregator):
    """Lays out pages, and notes their pictures."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.shown: list[Shown] = []
        self._marks: list[int | None] = []
        self._page_id: object = None

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        super().begin_page(page, ctm)
        self._marks, self._page_id = [], page.pageid

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        mark = props.get("MCID") if isinstance(props, dict) else None
        self._marks.append(mark if isinstance(mark, int) else None)

    def end_tag(self) -> None:
        if self._marks:
            self._marks.pop()

    def render_image(self, name: str, stream: PDFStream) -> None:
        super().render_image(name, stream)
        sides = [resolve1(stream.get_any(keys)) for keys in (("W", "Width"), ("H", "Height"))]
        width, height = (side if isinstance(side, int) else 0 for side in sides)
        mark = next((each for each in reversed(self._marks) if each is not None), None)
        box = self.cur_item.bbox
        self.shown.append(
            Shown(self.pageno, self._page_id, name, box, mark, stream.objid, width, height)
        )


def read(
    data: bytes, document: PDFDocument, shown: Sequence[Shown]
) -> tuple[Collector, tuple[str, ...]]:
    """Return the pictures with an alt text, and names of the others.

    Those that several pages show, such as a logo, are left out.
    """
    collector, named, unnamed = Collector(), [], list(shown)
    repeated = _repeated(shown)
    for figure in _figures(document) if shown else ():
        parts = [each for each in unnamed if figure.has(each)]
        unnamed = [each for each in unnamed if each not in parts]
        is_one = len(parts) == 1 and parts[0].object_id not in repeated
        if parts and not (is_one and collector.add(figure.alt, _bytes(data, parts[0]))):
            named.append(name_picture(figure.alt))
    count = len(unnamed)
    others = [f"{count} pictures" if count > 1 else "picture"] if count else []
    return collector, (*others, *dict.fromkeys(named))


def _repeated(shown: Sequence[Shown]) -> set[int | None]:
    """Return the objects that several pages show."""
    pages: dict[int | None, set[int]] = {}
    for each in shown:
        pages.setdefault(each.object_id, set()).add(each.page)
    return {found for found, numbers in pages.items() if len(numbers) > 1}


def _bytes(data: bytes, shown: Shown) -> bytes:
    """Return the picture as JPEG or PNG; nothing if it is small, huge or cannot be decoded."""
    is_sensible = min(shown.width, shown.height) >= MIN_SIDE
    if not is_sensible or shown.width * shown.height > MAX_PIXELS:
        return b""
    try:
        image = PdfReader(io.BytesIO(data)).pages[shown.page - 1].images[f"/{shown.name}"]
        if image.data.startswith(b"\xff\xd8\xff") or image.image is None:
            return image.data
        written = io.BytesIO()
        image.image.save(written, "PNG")
        return written.getvalue()
    # pypdf and Pillow let any error through from a broken picture, and the text is still good.
    except Exception:
        return b""


def _figures(document: PDFDocument) -> Iterator[_Figure]:
    """Yield the tags of pictures that have an alt text, in the order of the document."""
    root = resolve1(document.catalog.get("StructTreeRoot"))
    pending: list[tuple[Any, object]] = [(root, None)]
    seen: set[int] = set()
    for _ in range(MAX_ELEMENTS):
        if not pending:
            return
        reference, page_id = pending.pop()
        element = resolve1(reference)
        if isinstance(reference, PDFObjRef):
            if reference.objid in seen:
                continue
            seen.add(reference.objid)
        if not isinstance(element, dict):
            continue
        page_id = _page_id(element, page_id)
        children = _children(element)
        alt = resolve1(element.get("Alt"))
        kind = resolve1(element.get("S"))
        if isinstance(kind, PSLiteral) and kind.name == "Figure" and isinstance(alt, bytes):
            yield _Figure(decode_text(alt).strip(), page_id, _marks(children), _box(element))
        else:
            pending += ((child, page_id) for child in reversed(children))


def _page_id(element: dict[str, Any], inherited: object) -> object:
    page = element.get("Pg")
    return page.objid if isinstance(page, PDFObjRef) else inherited


def _children(element: dict[str, Any]) -> list[Any]:
    found = resolve1(element.get("K"))
    return found if isinstance(found, list) else [element.get("K")]


def _marks(children: Sequence[Any]) -> frozenset[int]:
    found = (resolve1(child) for child in children)
    numbers = (each.get("MCID") if isinstance(each, dict) else each for each in found)
    return frozenset(each for each in numbers if isinstance(each, int))


def _box(element: dict[str, Any]) -> Box | None:
    """Return the place that the tag's layout attributes state."""
    attributes = resolve1(element.get("A"))
    for each in attributes if isinstance(attributes, list) else [attributes]:
        found = resolve1(each)
        corners = resolve1(found.get("BBox")) if isinstance(found, dict) else None
        if isinstance(corners, list) and len(corners) == 4:
            numbers = [resolve1(corner) for corner in corners]
            if all(isinstance(number, int | float) for number in numbers):
                left, bottom, right, top = map(float, numbers)
                return left, bottom, right, top
    return None
