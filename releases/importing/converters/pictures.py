"""Pictures in documents, pages and mail, within limits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import html

from releases.content import rich_text
from releases.importing.extracts import MAX_BYTES, MAX_WHOLE, Picture, names_of

MAX_PICTURES = 20  # of one release
MAX_ALT = 2_000  # characters, as Image.alt
# What the media library takes: JPEG, PNG, WebP, AVIF.
_HEADS = ((0, b"\xff\xd8\xff"), (0, b"\x89PNG"), (8, b"WEBP"), (4, b"ftypavif"))


@dataclass
class Collector:
    """Pictures of one release, as far as they can be imported."""

    found: list[Picture] = field(default_factory=list)
    size: int = 0

    def add(self, alt: str, data: bytes, caption: str = "") -> bool:
        """Add the picture; return whether it has an alt text, a known format and room."""
        is_known = any(data.startswith(head, start) for start, head in _HEADS)
        self.size += len(data)
        if not is_known or len(data) > MAX_BYTES or self.size > MAX_WHOLE:
            return False
        return self._add(Picture(_cut(alt), _cut(caption), base64.b64encode(data).decode()))

    def add_address(self, alt: str, address: str, caption: str = "") -> bool:
        """Add the picture at an address in a page; return whether it has an alt text and room."""
        return self._add(Picture(_cut(alt), _cut(caption), address=address))

    def _add(self, picture: Picture) -> bool:
        if not picture.alt or len(self.found) >= MAX_PICTURES:
            return False
        self.found.append(picture)
        return True


def in_page(main: html.HtmlElement, enclosed: Mapping[str, bytes] | None = None) -> Collector:
    """Return the pictures of a page with alt text: those in it, in the mail around it (`enclosed`
    by Content-ID), and for a page alone those at addresses."""
    collector = Collector()
    for picture in main.iter("img"):
        alt, source = picture.get("alt", "").strip(), picture.get("src", "").strip()
        if not alt or picture.get("width") in ("0", "1"):
            continue
        if source.startswith("data:"):
            collector.add(alt, _data(source), _caption(picture))
        elif source.startswith("cid:"):
            collector.add(alt, (enclosed or {}).get(source[4:], b""), _caption(picture))
        elif source and enclosed is None:
            collector.add_address(alt, source, _caption(picture))
    return collector


def without(pictures: Iterable[Picture], left_out: Iterable[str]) -> tuple[str, ...]:
    """Return what is left out besides these pictures."""
    names = {name for picture in pictures for name in names_of(picture)}
    return tuple(each for each in left_out if each not in names)


def _caption(picture: html.HtmlElement) -> str:
    for figure in picture.iterancestors("figure"):
        return rich_text.collapse(figure.text_content())
    return ""


def _data(source: str) -> bytes:
    kind, _, data = source.partition(",")
    if not kind.endswith(";base64") or len(data) > 2 * MAX_BYTES:
        return b""
    try:
        return base64.b64decode(data)
    except (ValueError, binascii.Error):
        return b""


def _cut(text: str) -> str:
    return rich_text.collapse(text)[:MAX_ALT]
