"""Formatted text between other formats and restricted Markdown: blocks of runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import quote

from releases.content import markup

Runs = tuple["Run", ...]

_BLANKS = re.compile(r"\s+")

_IN_LINK = re.compile(r"(?<!\\)([\[\]])")
_LINK = re.compile(r"(?:https?://[^/\s]|mailto:[^\s]|tel:[+\d(])", re.IGNORECASE)
# What ends a link's address in Markdown, or a control character; "%" stays, "%20" is written so.
_KEPT_IN_ADDRESS = "%/:=&?~#+!$,;'@*"
_BULLET = "-"


@dataclass(frozen=True)
class Run:
    """Consecutive characters of one format; a line feed is a line break. `address` is a link's."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    address: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading (`level` 1 to 6), a list item (`level` from 0) or a table.

    `mark` is an item's: "-" or "3."; `rows` are a table's cells.
    """

    kind: str
    runs: Runs = ()
    level: int = 0
    mark: str = ""
    rows: tuple[tuple[Runs, ...], ...] = ()
    is_quoted: bool = False

    def cells(self) -> Iterator[Runs]:
        """Yield the parts of the text: one, or a table's cells."""
        if self.kind == "table":
            yield from (cell for row in self.rows for cell in row)
        else:
            yield self.runs


def paragraph(text: str) -> Block:
    """Return a paragraph without format."""
    return Block("paragraph", (Run(text),))


def text_of(runs: Iterable[Run]) -> str:
    """Return the plain text, with its line breaks."""
    return "".join(run.text for run in runs)


def collapse(text: str) -> str:
    """Collapse white space as a page shows it."""
    return _BLANKS.sub(" ", text).strip()


def plain(block: Block) -> str:
    """Return the block's words on one line, without its mark."""
    return collapse(" ".join(map(text_of, block.cells())))


def to_markdown(blocks: Iterable[Block]) -> str:
    """Return restricted Markdown; the dialect has no headings, so these become strong."""
    written: list[str] = []
    is_list = False
    for block in blocks:
        text = block_markdown(block)
        if not text:
            continue
        continues = is_list and block.kind == "item"
        written.append(("\n" if continues else "\n\n") + text)
        is_list = block.kind == "item"
    return "".join(written).strip("\n")


def block_markdown(block: Block) -> str:
    """Return one block as Markdown; empty without words."""
    if block.kind == "table":
        return _table(block)
    text = inline_markdown(_as_heading(block.runs) if block.kind == "heading" else block.runs)
    if not text:
        return ""
    if block.kind == "item":
        indent = "   " * min(block.level, 3)
        text = f"{indent}{block.mark or _BULLET} " + text.replace("\n", f"\n{indent}   ")
    return "> " + text.replace("\n", "\n> ") if block.is_quoted else text


def inline_markdown(runs: Sequence[Run]) -> str:
    """Return Markdown with the runs' format, or with less of it where the dialect cannot say it:
    it reads back as the same words."""
    runs = merge(runs)
    words = _lines_of(text_of(runs))
    if all(run == Run(run.text) for run in runs):
        return markup.escape(words)
    for reduced in (runs, _without_emphasis(runs)):
        text = _written(reduced)
        if _lines_of(_unmarked(text)) == words:
            return text
    return markup.escape(words)


def link_address(address: str) -> str:
    """Return the address as Markdown can write it; empty if it is none that a page links to."""
    address = address.strip()
    if not _LINK.match(address):
        return ""
    return quote(address, safe=_KEPT_IN_ADDRESS)


def slice_runs(runs: Iterable[Run], start: int, end: int) -> Iterator[Run]:
    """Yield the runs of a range of characters of their text."""
    at = 0
    for run in runs:
        text = run.text[max(start - at, 0) : max(end - at, 0)]
        at += len(run.text)
        if text:
            yield replace(run, text=text)


def _unmarked(markdown: str) -> str:
    return "\n".join(markup.paragraphs(markdown))


def _lines_of(text: str) -> str:
    """Collapse the white space of each line."""
    return "\n".join(filter(None, map(collapse, text.split("\n"))))


def merge(runs: Iterable[Run]) -> list[Run]:
    """Merge neighboring runs of one format and leave out empty ones."""
    merged: list[Run] = []
    for run in runs:
        if run.text and merged and (run == replace(merged[-1], text=run.text)):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        elif run.text:
            merged.append(run)
    return merged


def _as_heading(runs: Sequence[Run]) -> list[Run]:
    return [replace(run, is_strong=True, is_emphasis=False) for run in runs]


def _without_emphasis(runs: Sequence[Run]) -> list[Run]:
    return merge(Run(run.text, address=run.address) for run in runs)


def _written(runs: Sequence[Run]) -> str:
    pieces = []
    for address, linked in groupby(runs, key=lambda run: link_address(run.address)):
        inner = list(linked)
        if not address:
            pieces += [_emphasized(run) for run in inner]
            continue
        lead, words, tail = _edges("".join(map(_emphasized, inner)).replace("\\\n", " "))
        text = _IN_LINK.sub(r"\\\1", words)
        pieces.append(f"{lead}[{text}]({address}){tail}" if words else lead + tail)
    return _break_lines("".join(pieces))


def _emphasized(run: Run) -> str:
    """Return the run's words with their marks inside its blanks."""
    lead, words, tail = _edges(run.text)
    marks = "*" * (2 * run.is_strong + run.is_emphasis) if words else ""
    escaped = "\n".join(map(markup.escape, words.split("\n")))
    return f"{lead}{marks}{escaped}{marks}{tail}"


def _edges(text: str) -> tuple[str, str, str]:
    lead = text[: len(text) - len(text.lstrip())]
    words = text.strip()
    return lead, words, text[len(lead) + len(words) :]


def _break_lines(text: str) -> str:
    lines = [collapse(line) for line in text.split("\n")]
    return "\\\n".join(filter(None, lines))


def _table(block: Block) -> str:
    rows = [[_cell(cell) for cell in row] for row in block.rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join(["---"] * width) + " |", *lines[1:]])


def _cell(runs: Runs) -> str:
    return inline_markdown(
        [replace(run, text=run.text.replace("\n", " ")) for run in runs]
    ).replace("|", "\\|")
