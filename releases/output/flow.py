"""Text of an edition in reading order, with its images at their places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from releases.content import markup
from releases.models import Image
from releases.output.edition import Edition

Piece = str | Image  # Markdown, or an image that follows it


def pieces(edition: Edition) -> list[list[Piece]]:
    """Return the pieces of the body and of each section; a text without images is one piece."""
    sources = [edition.text.body, *(section.body for section in edition.text.sections)]
    if not edition.layout.placed:
        return [[source] for source in sources]
    numbers = iter(edition.version.paragraphs)
    return [list(_pieces(source, numbers, edition)) for source in sources]


def links(edition: Edition) -> list[tuple[str, str]]:
    """Return words and address of each link whose words are not its address, each once."""
    release = edition.text
    bodies = [release.body, *(section.body for section in release.sections)]
    found = dict.fromkeys(link for body in bodies for link in markup.links(body))
    return [(words, address) for words, address in found if words != address]


def _pieces(source: str, numbers: Iterator[int], edition: Edition) -> Iterator[Piece]:
    for block, size in markup.blocks(source):
        yield block
        for number in islice(numbers, size):
            yield from edition.layout.placed.get(number, ())
