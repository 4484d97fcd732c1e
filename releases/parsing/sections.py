"""Sections of a release from its paragraphs, as restricted Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from releases.content import markup
from releases.parsing import columns
from releases.parsing.lines import Line

# Headings that identify a section. Others stay in the text; the parser never adds a heading.
_HEADINGS = {
    "background": re.compile(r"(?i:background(?: information)?|antecedentes|contexto)\s*:?"),
    "about": re.compile(
        r"(?i:about|acerca de)(?: (?i:the|our|el|la|los|las))? [A-ZÀ-Ý].{0,80}[^.?!]"
    ),
    "notes": re.compile(
        r"(?i:editor['’]?s['’]? notes?|notes? to (?:the )?(?:editors?|media)"
        r"|notas? (?:del|al|a los) editor(?:es)?)\s*:?"
    ),
    "resources": re.compile(
        r"(?i:(?:(?:additional|related|online|further) )?resources|(?:related )?links"
        r"|(?:for )?(?:more|additional|further) information|recursos|enlaces"
        r"|(?:para )?más información)\s*:?"
    ),
}
# Closing sentences of a release.
_CLOSING_SENTENCES = {
    "resources": re.compile(
        r"(?i:(?:for|to (?:get|find|obtain)) (?:more|further|additional|general) information\b"
        r"|to learn more\b|(?:more|additional|further) information (?:about|can|is|may|on)\b"
        r"|for (?:media )?questions\b|para (?:obtener )?(?:más|mayor) información\b"
        r"|para saber más\b)"
    ),
    "notes": re.compile(r"(?i:editor['’]?s notes?|notes? to editors?|notas? del editor)\s*[:–—-]"),
}
_LINK_ONLY = re.compile(r"(?<!\s)[•*-]?\s*+(?:https?://|www\.)\S+")
_UNDERLINE = re.compile(r"-{3,}|={3,}")
_MAX_HEADING_LENGTH = 100  # characters

_BULLET = re.compile(r"(?:[•●▪◦‣➢]\s*|[*·-]\s+)(?P<text>\S.*)")
_NUMBERED = re.compile(r"(?P<number>\d{1,3})(?P<mark>[.)]) (?P<text>\S.*)")


@dataclass(frozen=True)
class SectionLines:
    """A section as lines: its kind, its heading ("" without one) and its paragraphs."""

    kind: str
    heading: str
    lines: tuple[Line, ...]


def split_into_sections(lines: Sequence[Line], kind: str) -> list[SectionLines]:
    """Split the lines into sections, the first of `kind`, and split off closing sentences."""
    found: list[SectionLines] = []
    first, heading, start = kind, "", 0
    for index in range(len(lines)):
        named = _begins_section(lines, index)
        if named is None or (index == 0 and first == "body"):
            continue
        found.append(SectionLines(kind, heading, tuple(lines[start:index])))
        kind, heading = named, lines[index].text
        start = index + (2 if _is_underlined(lines, index) else 1)
    found.append(SectionLines(kind, heading, tuple(lines[start:])))
    closed = [piece for part in found for piece in _split_closings(part)]
    return [part for part in closed if part.lines or part.heading]


def heading_kind(text: str) -> str | None:
    """Return the kind of section that a well-known heading begins."""
    if len(text) > _MAX_HEADING_LENGTH:
        return None
    known = (kind for kind, pattern in _HEADINGS.items() if pattern.fullmatch(text))
    return next(known, None)


def to_markdown(lines: Sequence[Line]) -> str:
    """Convert the paragraphs to restricted Markdown; items become lists, columns tables."""
    blocks: list[str] = []
    table_end = 0
    for index in range(len(lines)):
        if index < table_end:
            continue
        table_end = columns.table_end(lines, index)
        if table_end > index:
            blocks.append(columns.to_markdown(lines[index:table_end]))
            continue
        item, continues = _list_item(lines, index)
        if continues:
            blocks[-1] += "\n" + item
        else:
            blocks.append(item)
    return "\n\n".join(blocks)


def _begins_section(lines: Sequence[Line], index: int) -> str | None:
    """Return the kind of section that the line heads; None if nothing follows it."""
    rule = lines[index + 1 : index + 2]
    text_below = index + (2 if rule and _UNDERLINE.fullmatch(rule[0].text) else 1)
    if text_below >= len(lines):
        return None
    return heading_kind(lines[index].text) or ("body" if _is_underlined(lines, index) else None)


def _is_underlined(lines: Sequence[Line], index: int) -> bool:
    below = lines[index + 1] if index + 1 < len(lines) else None
    is_rule = below and not below.after_blank and _UNDERLINE.fullmatch(below.text)
    is_heading = is_rule and not _UNDERLINE.fullmatch(lines[index].text)
    return bool(is_heading) and columns.table_end(lines, index) == index


def _split_closings(part: SectionLines) -> list[SectionLines]:
    """Split the closing sentences from the section, grouped by kind."""
    start = _closings_start(part)
    closings: list[SectionLines] = []
    for line in part.lines[start:]:
        kind = _closing_kind(line)
        if closings and kind in (None, closings[-1].kind):
            closings[-1] = replace(closings[-1], lines=(*closings[-1].lines, line))
        else:
            closings.append(SectionLines(kind or "resources", "", (line,)))
    return [replace(part, lines=part.lines[:start]), *closings]


def _closings_start(part: SectionLines) -> int:
    """Return the index of the first closing sentence; a bare link belongs to the sentence above
    it."""
    start = len(part.lines)
    least = 1 if part.kind == "body" or part.heading else 0
    for index in range(len(part.lines) - 1, least - 1, -1):
        if _closing_kind(part.lines[index]):
            start = index
        elif not _LINK_ONLY.fullmatch(part.lines[index].text):
            break
    return start


def _closing_kind(line: Line) -> str | None:
    return next(
        (kind for kind, pattern in _CLOSING_SENTENCES.items() if pattern.match(line.text)), None
    )


def _list_item(lines: Sequence[Line], index: int) -> tuple[str, bool]:
    """Return the Markdown of one line, and whether it continues the list above it."""
    text = lines[index].text
    above = lines[index - 1].text if index else ""
    bullet = _BULLET.fullmatch(text)
    if bullet:
        return "- " + markup.escape(bullet["text"]), bool(_BULLET.fullmatch(above))
    if _is_numbered(text, above) or (
        index + 1 < len(lines) and _is_numbered(lines[index + 1].text, text)
    ):
        number, words = text.split(" ", 1)
        return f"{number} {markup.escape(words)}", _is_numbered(text, above)
    return markup.escape(text), False


def _is_numbered(text: str, above: str) -> bool:
    """Return whether both are items of one numbered list: `2. …` below `1. …`."""
    item, before = _NUMBERED.fullmatch(text), _NUMBERED.fullmatch(above)
    if not item or not before or item["mark"] != before["mark"]:
        return False
    return int(item["number"]) == int(before["number"]) + 1
