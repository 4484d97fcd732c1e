"""Parsing of formatted text: the parser reads its words, then they get their format back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from releases.content import markup, rich_text
from releases.content.rich_text import Block, Run
from releases.importing.extracts import Extract
from releases.importing.fields import parse_fields
from releases.importing.records import ParsedRecord
from releases.parsing import datelines, header_tokens, headers, lines, phrases
from releases.parsing.header_tokens import Role
from releases.parsing.parser import ParsedRelease, parse
from releases.parsing.warnings import ParseWarning

_BLANKS = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARK = re.compile(r"(?:[-•]|\d{1,4}[.)]) (?=\S)")
_TITLE_LABEL = re.compile(
    r"(?:press|news|media) (?:release|advisory|statement|alert)\s*[:|–—-]\s*(?=\S)"
    r"|for immediate release\s*[:|–—-]\s*(?=\S)",
    re.IGNORECASE,
)
_LONE_LABEL = re.compile(
    r"(?:(?:release|publication|posted|media|press|news) )?(?:date|contacts?|fecha|contacto)\s*:",
    re.IGNORECASE,
)
_MIN_PROSE = 160  # characters of a paragraph that is no header line
_MAX_NAMED = 3_000  # characters of a warning that names what was left out
_THINGS = (
    "picture",
    "link of ",
    "file ",
    "attachment ",
    "comment ",
    "footnote ",
    "object ",
    "iframe ",
)
UNPUBLISHED = (
    "Its source has not published it (“{}”): saved as a draft. Approve it if the public may see it."
)
HINT = "The text prints no date: {} is the one that its file states. Compare it with the source."
# Warnings that say why no printed date was used; a date that the file states does not settle them.
_DATE_CODES = frozenset({"date_missing"})


def parse_extract(
    extract: Extract, stated: datetime.date | None, source_warnings: tuple[ParseWarning, ...] = ()
) -> ParsedRecord:
    """Parse the words as a release and restore format; `stated` is the date that the file states.

    Never raises. What no field has is named in a warning.
    """
    text = to_plain(extract.blocks)
    if extract.is_item and not _has_header(text):
        parsed = _parse_item(extract, text, stated)
    else:
        parsed = _parse_document(extract, text, stated)
    parsed = _restore(parsed, extract.blocks)
    warnings = (*source_warnings, *parsed.warnings, *_own_warnings(extract, parsed))
    return replace(parsed, warnings=warnings)


def parse_rich_fields(
    fields: Mapping[str, Any],
    extract: Extract,
    source_warnings: tuple[ParseWarning, ...],
    date_order: str,
) -> ParsedRecord:
    """Parse the fields of a record whose body is the extract."""
    text = to_plain(extract.blocks)
    parsed = parse_fields({**fields, "body": text}, source_warnings, date_order)
    parsed = _restore(parsed, extract.blocks)
    return replace(parsed, warnings=(*parsed.warnings, *_own_warnings(extract, parsed)))


def _has_header(text: str) -> bool:
    """Return whether a field of text begins like a whole release."""
    first = text.split("\n", 1)[0].strip()
    return bool(phrases.RELEASE_LABEL.fullmatch(first))


def _parse_item(extract: Extract, text: str, stated: datetime.date | None) -> ParsedRecord:
    fields: dict[str, Any] = {
        "title": extract.title,
        "body": text,
        "url": extract.url,
        "topics": list(extract.topics),
    }
    if stated:
        fields["date"] = stated.isoformat()
    if extract.status == "future":
        fields["release_at"] = extract.moment
    return parse_fields(fields)


def _parse_document(extract: Extract, text: str, stated: datetime.date | None) -> ParsedRecord:
    parsed = _with_heading(parse(text), extract.blocks, text)
    title = _TITLE_LABEL.sub("", rich_text.collapse(extract.title), count=1)
    given: dict[str, Any] = {}
    settled = set()
    warnings = list(parsed.warnings)
    if title and (extract.is_item or not parsed.title):
        given["title"] = title
        settled.add("title_missing")
    codes = {warning.code for warning in parsed.warnings if warning.field == "date"}
    if stated and (extract.is_item or (parsed.date is None and codes <= _DATE_CODES)):
        given["date"] = stated
        settled.add("date_missing")
    kept = tuple(warning for warning in warnings if warning.code not in settled)
    if "date" in given and not extract.is_item:
        kept = (*kept, ParseWarning("date", "stated_date", HINT.format(stated)))
    found = {**vars(parsed), **given, "warnings": kept}
    return ParsedRecord(**found, url=extract.url, topics=extract.topics)


def _with_heading(parsed: ParsedRelease, blocks: Sequence[Block], text: str) -> ParsedRelease:
    """Parse again with the document's own title, where the parser took a letterhead for it."""
    heading = _title_heading(blocks)
    if not heading or parsed.title == heading or not parsed.title:
        return parsed
    line = re.compile(rf"^{re.escape(heading)}$", re.MULTILINE)
    labeled, count = line.subn(lambda _: f"Title: {heading}", text, count=1)
    again = parse(labeled) if count else parsed
    if again.title != heading:
        return parsed
    above = labeled.partition("Title: ")[0]
    letterhead = [each for each in again.subtitle.split("\n") if each and each in above]
    subtitles = [each for each in again.subtitle.split("\n") if each not in letterhead]
    named = _left_out(letterhead)
    return replace(again, subtitle="\n".join(subtitles), warnings=(*again.warnings, *named))


def _title_heading(blocks: Sequence[Block]) -> str:
    """Return the highest heading above the first sentence that is no label."""
    above = blocks[: _prose_start(blocks)]
    found = [block for block in above if block.kind == "heading" and _is_title(block)]
    return rich_text.plain(min(found, key=lambda block: block.level)) if found else ""


def _is_title(block: Block) -> bool:
    words = lines.collapse(rich_text.plain(block))
    return header_tokens.classify(words)[0] is Role.TEXT


def _prose_start(blocks: Sequence[Block]) -> int:
    """Return the index of the first sentence of the text."""
    for index, block in enumerate(blocks):
        words = rich_text.plain(block)
        is_lead = len(words) > _MIN_PROSE or headers.is_sentence(words) or datelines.find(words)
        if block.kind != "heading" and is_lead:
            return index
    return len(blocks)


def to_plain(blocks: Sequence[Block]) -> str:
    """Return the words as the parser reads them: a blank line between blocks, bullets, headings
    underlined; tables in the header fall apart into their cells."""
    prose = _prose_start(blocks)
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
            pieces.append(_table_text(block, is_header=index < prose))
        elif block.kind == "item":
            mark = "•" if block.mark == "-" else block.mark
            pieces.append(f"{mark} {words}")
        elif block.kind == "heading" and index > prose and follows and _is_title(block):
            pieces.append(f"{words}\n{'=' * 20}")
        else:
            pieces.append(_with_breaks(block))
    return "\n\n".join(pieces)


def _with_breaks(block: Block) -> str:
    return "\n".join(map(rich_text.collapse, rich_text.text_of(block.runs).split("\n")))


def _table_text(block: Block, is_header: bool) -> str:
    rows = ([rich_text.collapse(rich_text.text_of(cell)) for cell in row] for row in block.rows)
    filled = [[cell for cell in row if cell] for row in rows]
    if is_header:
        return "\n\n".join("\n".join(row) for row in filled if row)
    return " | ".join(" | ".join(row) for row in filled if row)


@dataclass(frozen=True)
class _Passage:
    """A block and its words' place in all the words."""

    block: Block
    runs: tuple[Run, ...]
    start: int
    end: int


def _restore(parsed: ParsedRecord, blocks: Sequence[Block]) -> ParsedRecord:
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
    return (Run(_table_text(block, is_header=False)),)


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


def _own_warnings(extract: Extract, parsed: ParsedRecord) -> Iterator[ParseWarning]:
    if extract.status:
        sentence = UNPUBLISHED.format(extract.status)
        yield ParseWarning("source_text", "unpublished", sentence)
    if extract.title and _letters(extract.title) not in _letters(_all_text(parsed)):
        yield from _left_out([extract.title])
    if extract.left_out:
        yield from _left_out(extract.left_out)
    if links := list(_lost_links(extract.blocks, parsed)):
        yield from _left_out(links)
    if extract.furniture:
        yield from _left_out(extract.furniture)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _all_text(parsed: ParsedRecord) -> str:
    told = [warning.message for warning in parsed.warnings]
    sections = [f"{each.heading} {each.body}" for each in parsed.sections]
    return " ".join([parsed.title, parsed.subtitle, parsed.contact, parsed.body, *sections, *told])


def _lost_links(blocks: Sequence[Block], parsed: ParsedRecord) -> Iterator[str]:
    """Yield the links of words that are in no text, unless their address is printed."""
    kept = {address for part in _markdown_parts(parsed) for _, address in markup.links(part)}
    printed = _all_text(parsed)
    for run in (run for block in blocks for cell in block.cells() for run in cell):
        address = rich_text.link_address(run.address) or run.address
        bare = re.sub(r"^(?:https?://|mailto:|tel:)", "", address).rstrip("/")
        is_inside = address.startswith(("#", "javascript:"))
        if bare and not is_inside and address not in kept and bare not in printed:
            kept.add(address)
            yield f"link of “{rich_text.collapse(run.text)}” to {address}"


def _markdown_parts(parsed: ParsedRecord) -> Iterator[str]:
    yield parsed.body
    yield from (section.body for section in parsed.sections)


def _left_out(words: Sequence[str]) -> Iterator[ParseWarning]:
    if words:
        named = ", ".join(each if each.startswith(_THINGS) else f"“{each}”" for each in words)
        if len(named) > _MAX_NAMED:
            named = f"{named[:_MAX_NAMED]}… ({len(words)} pieces)"
        sentence = f"Ignored (the stored source still has it): {named}."
        yield ParseWarning("source_text", "left_out", sentence)
