"""Links of PDF pages (ISO 32000, 12.5.6.5): rectangles with an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1

MAX_LINKS = 2_000  # on a page

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True)
class Link:
    """A place on a page, in points from its lower left, that leads to an address."""

    left: float
    bottom: float
    right: float
    top: float
    address: str

    def is_at(self, box: Box) -> bool:
        """Return whether the link and the box have a point in common."""
        left, bottom, right, top = box
        is_beside = right < self.left or left > self.right
        return not is_beside and top >= self.bottom and bottom <= self.top

    def covers(self, box: Box) -> bool:
        """Return whether the middle of the box is in the link."""
        left, bottom, right, top = box
        across, up = (left + right) / 2, (bottom + top) / 2
        return self.left <= across <= self.right and self.bottom <= up <= self.top


def read(page: PDFPage) -> list[Link]:
    """Return the page's links to addresses; those to other pages of the file are none."""
    annotations = resolve1(page.annots)
    if not isinstance(annotations, list) or page.rotate:
        return []
    return [link for each in annotations[:MAX_LINKS] if (link := _link(resolve1(each), page))]


def _link(annotation: Any, page: PDFPage) -> Link | None:
    action = resolve1(annotation.get("A")) if isinstance(annotation, dict) else None
    address = resolve1(action.get("URI")) if isinstance(action, dict) else None
    corners = resolve1(annotation.get("Rect")) if address else None
    if not isinstance(address, bytes) or not isinstance(corners, list) or len(corners) != 4:
        return None
    x1, y1, x2, y2 = (float(resolve1(corner)) for corner in corners)
    left, bottom = page.mediabox[0], page.mediabox[1]
    return Link(
        *(min(x1, x2) - left, min(y1, y2) - bottom, max(x1, x2) - left, max(y1, y2) - bottom),
        address.decode("utf-8", "replace"),
    )
