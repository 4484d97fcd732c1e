"""Format of parsed words, taken again from the formatted text that they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from releases.content import rich_text
from releases.content.rich_text import Block, Run
from releases.importing.block_words import table_text
from releases.importing.records import ParsedRecord
from releases.parsing import lines

_BLANKS = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARK = re.compile(r"(?:[-•]|\d{1,4}[.)]) (?=\S)")


@dataclass(frozen=True)
class _Passage:
    """A block and its words' place in all the words."""

    block: Block
    runs: tuple[Run, ...]
    start: int
    end: int


def restore(parsed: ParsedRecord, blocks: Sequence[Block]) -> ParsedRecord:
    """Return the release with the format of its words: links, emphasis, tables, nested lists."""
    passages = list(_passages(blocks))
    words = " ".join(rich_text.text_of(passage.runs) for passage in passages)
    formatted = _Formatter(passages, words)
    body = formatted.markdown(parsed.body)
    sections = tuple(
        replace(section, body=formatted.markdown(section.body)) for section in parsed.sections
    )
    return replace(parsed, body=body, sections=sections)


def _passages(blocks: Sequence[Block]) -> Iterator[_Passage]:
    at = 0
    for block in blocks:
        runs = _table_runs(block) if block.kind == "table" else _one_line(block.runs)
        size = len(rich_text.text_of(runs))
        if size:
            yield _Passage(block, runs, at, at + size)
            at += size + 1


def _table_runs(block: Block) -> tuple[Run, ...]:
    return (Run(table_text(block, is_header=False)),)


def _one_line(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs with the white space that the parser leaves, cleaned as it cleans."""
    found: list[Run] = []
    for run in runs:
        text = _BLANKS.sub(" ", lines.clean_text(run.text)[0])
        if not found or found[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if text:
            found.append(replace(run, text=text))
    if found:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
    return tuple(run for run in found if run.text)


class _Formatter:
    """Finds the words of parsed paragraphs in the formatted text, in order."""

    def __init__(self, passages: Sequence[_Passage], words: str) -> None:
        self.passages, self.words = passages, words
        self.at = 0  # the words before are used

    def markdown(self, parsed: str) -> str:
        """Return the parsed Markdown with the format of its words."""
        written: list[tuple[str, bool]] = []
        for block in filter(None, parsed.split("\n\n")):
            is_plain = block.startswith("|") or "\\\n" in block
            for unit in [block] if is_plain else block.split("\n"):
                written.append((unit, bool(_MARK.match(unit))) if is_plain else self._unit(unit))
        return _join(written)

    def _unit(self, unit: str) -> tuple[str, bool]:
        """Return a paragraph or item as Markdown, and whether it is an item."""
        mark = _MARK.match(unit)
        whole = lines.collapse(_ESCAPE.sub(r"\1", unit))
        words = whole[mark.end() :] if mark else whole
        start = self._find(words)
        if start < 0 and not mark and (head := _MARK.match(whole)):
            # An item that the parser took for a paragraph: nothing of its list is next to it.
            words = whole[head.end() :]
            start = self._find(words)
        if start < 0:
            return unit, bool(mark)
        self.at = start + len(words)
        return self._formatted(unit, mark[0] if mark else "", start, self.at)

    def _find(self, words: str) -> int:
        start = self.words.find(words, self.at)
        return start if start >= 0 else self.words.find(words)

    def _formatted(self, unit: str, mark: str, start: int, end: int) -> tuple[str, bool]:
        inside = [each for each in self.passages if each.start < end and each.end > start]
        first = inside[0]
        is_whole = len(inside) == 1 and (first.start, first.end) == (start, end)
        if is_whole and first.block.kind in ("table", "item"):
            return rich_text.block_markdown(_on_one_line(first)), first.block.kind == "item"
        runs: list[Run] = []
        for each in inside:
            runs += [Run(" ")] if runs else []
            runs += rich_text.slice_runs(each.runs, start - each.start, end - each.start)
        text = rich_text.inline_markdown(runs)
        if mark:
            return mark + text, True
        if not text or unit.startswith(("- ", "> ")):
            return unit, False
        return (f"> {text}" if first.block.is_quoted and is_whole else text), False


def _on_one_line(passage: _Passage) -> Block:
    block = passage.block
    return block if block.kind == "table" else replace(block, runs=passage.runs)


def _join(written: Sequence[tuple[str, bool]]) -> str:
    """Join the blocks; the items of one list stay together."""
    text, was_item = "", False
    for unit, is_item in written:
        text += ("\n" if is_item and was_item else "\n\n") + unit if text else unit.lstrip()
        was_item = is_item
    return text
