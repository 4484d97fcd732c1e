"""Words of formatted text, as the parser reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from releases.content import rich_text
from releases.content.rich_text import Block
from releases.parsing import datelines, header_tokens, headers, lines
from releases.parsing.header_tokens import Role

_LONE_LABEL = re.compile(
    r"(?:(?:release|publication|posted|media|press|news) )?(?:date|contacts?|fecha|contacto)\s*:",
    re.IGNORECASE,
)
_MIN_PROSE = 160  # characters of a paragraph that is no header line


def to_plain(blocks: Sequence[Block]) -> str:
    """Return the words as the parser reads them: a blank line between blocks, bullets, headings
    underlined; tables in the header fall apart into their cells."""
    prose = prose_start(blocks)
    pieces: list[str] = []
    for index, block in enumerate(blocks):
        words = rich_text.plain(block)
        if not words:
            continue
        if index < prose and pieces and _LONE_LABEL.fullmatch(pieces[-1]):
            # Templates print a label and its value in elements of their own.
            pieces[-1] = f"{pieces[-1]} {words}"
            continue
        follows = index + 1 < len(blocks)
        if block.kind == "table":
            pieces.append(table_text(block, is_header=index < prose))
        elif block.kind == "item":
            mark = "•" if block.mark == "-" else block.mark
            pieces.append(f"{mark} {words}")
        elif block.kind == "heading" and index > prose and follows and is_title(block):
            pieces.append(f"{words}\n{'=' * 20}")
        else:
            pieces.append(_with_breaks(block))
    return "\n\n".join(pieces)


def table_text(block: Block, is_header: bool) -> str:
    """Return the cells with bars between them; in a header, a line for each cell."""
    rows = ([rich_text.collapse(rich_text.text_of(cell)) for cell in row] for row in block.rows)
    filled = [[cell for cell in row if cell] for row in rows]
    if is_header:
        return "\n\n".join("\n".join(row) for row in filled if row)
    return " | ".join(" | ".join(row) for row in filled if row)


def is_title(block: Block) -> bool:
    """Return whether the parser would not read the block as a label, date or contact."""
    words = lines.collapse(rich_text.plain(block))
    return header_tokens.classify(words)[0] is Role.TEXT


def prose_start(blocks: Sequence[Block]) -> int:
    """Return the index of the first sentence of the text."""
    for index, block in enumerate(blocks):
        words = rich_text.plain(block)
        is_lead = len(words) > _MIN_PROSE or headers.is_sentence(words) or datelines.find(words)
        if block.kind != "heading" and is_lead:
            return index
    return len(blocks)


def _with_breaks(block: Block) -> str:
    return "\n".join(map(rich_text.collapse, rich_text.text_of(block.runs).split("\n")))
