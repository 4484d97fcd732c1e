"""Markdown rendition, in CommonMark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.formats import date_format

from releases.content import commonmark
from releases.models import Image
from releases.output import banner, flow
from releases.output.edition import Edition
from releases.parsing.parser import ParsedSection

_IN_BRACKETS = re.compile(r"[\\`*_\[\]<>&!]")


def make(edition: Edition) -> bytes:
    """Return heading, text with emphasis and links, end mark, permalink and checksum in UTF-8."""
    return ("\n\n".join(filter(None, _blocks(edition))) + "\n").encode()


def _blocks(edition: Edition) -> Iterator[str]:
    release, layout = edition.text, edition.layout
    body, *texts = [_text(edition, found) for found in flow.pieces(edition)]
    sections = list(zip(release.sections, texts, strict=True))
    yield f"# {commonmark.escape_plain_text(release.title)}"
    yield release.subtitle and f"**{commonmark.escape_plain_text(release.subtitle)}**"
    yield "\n>\n".join(f"> {commonmark.escape_plain_text(line)}" for line in banner.lines(edition))
    yield f"Release {edition.number}, {date_format(edition.date, 'l, F j, Y')}"
    yield commonmark.escape_plain_text(release.contact)
    yield _image(edition, layout.lead) if layout.lead else ""
    yield body
    yield from (_section(*pair) for pair in sections if not pair[0].after_end)
    yield commonmark.escape_plain_text(release.end_mark)
    yield from (_section(*pair) for pair in sections if pair[0].after_end)
    yield from (_image(edition, image) for image in layout.below)
    yield "* * *"
    yield (
        f"<{edition.permalink}>, version {edition.version.number}, SHA-256 {edition.version.sha256}"
    )


def _section(section: ParsedSection, text: str) -> str:
    heading = f"## {commonmark.escape_plain_text(section.heading)}\n\n" if section.heading else ""
    return heading + text


def _text(edition: Edition, found: Sequence[flow.Piece]) -> str:
    return "\n\n".join(
        commonmark.to_commonmark(piece) if isinstance(piece, str) else _image(edition, piece)
        for piece in found
    )


def _image(edition: Edition, image: Image) -> str:
    """Return the image, with its caption and credit below."""
    alt = _IN_BRACKETS.sub(r"\\\g<0>", " ".join(image.alt.split()))
    picture = f"![{alt}]({edition.site}{image.address(image.stored()[0].name)})"
    words = " ".join(filter(None, (image.caption, image.credit)))
    return f"{picture}\n\n{commonmark.escape_plain_text(words)}" if words else picture
