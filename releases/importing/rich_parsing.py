"""Parsing of formatted text: the parser reads its words, then they get their format back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from releases.content import markup, rich_text
from releases.content.rich_text import Block
from releases.importing.block_words import is_title, prose_start, to_plain
from releases.importing.extracts import Extract
from releases.importing.fields import parse_fields
from releases.importing.format_restoring import restore
from releases.importing.records import ParsedRecord
from releases.parsing import phrases
from releases.parsing.parser import ParsedRelease, parse
from releases.parsing.warnings import ParseWarning

_TITLE_LABEL = re.compile(
    r"(?:press|news|media) (?:release|advisory|statement|alert)\s*[:|–—-]\s*(?=\S)"
    r"|for immediate release\s*[:|–—-]\s*(?=\S)",
    re.IGNORECASE,
)
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
# Warnings that a date stated by the file settles.
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
    parsed = restore(parsed, extract.blocks)
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
    parsed = restore(parsed, extract.blocks)
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
    above = blocks[: prose_start(blocks)]
    found = [block for block in above if block.kind == "heading" and is_title(block)]
    return rich_text.plain(min(found, key=lambda block: block.level)) if found else ""


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
