"""Several releases in one document."""

from __future__ import annotations

from collections.abc import Sequence

from releases.content import rich_text
from releases.content.rich_text import Block
from releases.importing.block_words import to_plain
from releases.importing.extracts import Extract, names_of
from releases.parsing import several


def split(extract: Extract) -> list[Extract]:
    """Return an extract for each release in a document; the extract itself if it is one.

    What the file states, date and title, is of none of them, its address of the first; its pictures
    are only named.
    """
    pieces = several.split(to_plain(extract.blocks))
    starts = _starts(extract.blocks, pieces)
    if len(pieces) == 1 or len(starts) < len(pieces):
        return [extract]
    pictures = [name for picture in extract.pictures for name in names_of(picture)]
    first = Extract(
        extract.blocks[: starts[1]],
        language=extract.language,
        url=extract.url,
        left_out=(*extract.left_out, *pictures),
        furniture=extract.furniture,
    )
    parts = zip(starts[1:], [*starts[2:], None], strict=True)
    return [first, *(Extract(extract.blocks[a:b], language=extract.language) for a, b in parts)]


def _starts(blocks: Sequence[Block], pieces: Sequence[str]) -> list[int]:
    """Return the indexes of the blocks that the pieces begin with, as far as they begin with
    one."""
    ends, size = {0: 0}, 0
    for index, block in enumerate(blocks, start=1):
        size += _count(block.mark) + _count(rich_text.plain(block))
        ends[size] = index
    places, size = [], 0
    for piece in pieces:
        places.append(size)
        size += _count(piece)
    return [ends[place] for place in places if place in ends]


def _count(text: str) -> int:
    """Count the characters that words and plain text have alike: not bullets, bars and lines."""
    return sum(1 for character in text if not (character.isspace() or character in "-•|="))
