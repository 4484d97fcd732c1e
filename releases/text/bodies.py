"""What stands below the header: the body, its sections, the end mark and what follows it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from releases.text import cells, contact_blocks, labels, markup
from releases.text.headers import is_sentence
from releases.text.lines import Line

# Headings that tell what a section is. Others are left in the text: headings are never invented.
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
# Sentences with which a release closes.
_CLOSINGS = {
    "resources": re.compile(
        r"(?i:(?:for|to (?:get|find|obtain)) (?:more|further|additional|general) information\b"
        r"|to learn more\b|(?:more|additional|further) information (?:about|can|is|may|on)\b"
        r"|for (?:media )?questions\b|para (?:obtener )?(?:más|mayor) información\b"
        r"|para saber más\b)"
    ),
    "notes": re.compile(r"(?i:editor['’]?s notes?|notes? to editors?|notas? del editor)\s*[:–—-]"),
}
_LINK_ONLY = re.compile(r"[•*-]?\s*(?:https?://|www\.)\S+")
_UNDERLINE = re.compile(r"-{3,}|={3,}")
_LONGEST_HEADING = 100  # characters
_MOST_LAYERS = 20  # of furniture and contact blocks
_FARTHEST_CONTACT = 12  # lines from the end

_BULLET = re.compile(r"(?:[•●▪◦‣➢]\s*|[*·-]\s+)(?P<text>\S.*)")
_NUMBERED = re.compile(r"(?P<number>\d{1,3})(?P<mark>[.)]) (?P<text>\S.*)")


@dataclass(frozen=True)
class Part:
    """A section as lines: what it is, its heading ("" without one) and its paragraphs."""

    kind: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Ending:
    """A release cut at its end mark: `main` above it, `tail` below.

    `left_out` are the lines that no field holds: page furniture, a bare label, a second end mark.
    """

    main: tuple[Line, ...]
    end_mark: str
    tail: tuple[Line, ...]
    contact: tuple[str, ...]
    left_out: tuple[Line, ...]


def split_glued_marks(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, an end mark that is glued to the text made a line of its own."""
    for line in lines:
        rest = line
        while cut := labels.split_at_end_mark(rest.text):
            before, mark, after = cut
            yield from (line.with_text(piece) for piece in (before, mark) if piece)
            rest = line.with_text(after)
        if rest.text:
            yield rest


def cut_at_end(lines: Sequence[Line]) -> Ending:
    """The lines below the header, cut where the release ends."""
    end = _end_mark(lines)
    marks = [line for line in lines[end + 1 :] if _is_end_mark(line)]
    above = _peel(lines[:end], 1)
    tail, furniture = _sift([line for line in lines[end + 1 :] if not _is_end_mark(line)])
    below = _peel(tail, 0)
    main, mark = above.lines, "".join(line.text for line in lines[end : end + 1])
    if not mark and len(main) > 1 and labels.STARS.fullmatch(main[-1].text):
        main, mark = main[:-1], main[-1].text
    in_contact = [*above.contact, *below.contact]
    return Ending(
        main=tuple(main),
        end_mark=mark,
        tail=tuple(below.lines),
        contact=tuple(_contact_lines(above.contact) + _contact_lines(below.contact)),
        left_out=(
            *above.furniture,
            *marks,
            *furniture,
            *below.furniture,
            *filter(_is_bare_label, in_contact),
        ),
    )


def parts(lines: Sequence[Line], kind: str) -> list[Part]:
    """The lines as sections, the first of this kind, each cut where its closing begins."""
    found: list[Part] = []
    first, heading, start = kind, "", 0
    for index in range(len(lines)):
        named = _begins_section(lines, index)
        if named is None or (index == 0 and first == "body"):
            continue
        found.append(Part(kind, heading, tuple(lines[start:index])))
        kind, heading = named, lines[index].text
        start = index + (2 if _is_underlined(lines, index) else 1)
    found.append(Part(kind, heading, tuple(lines[start:])))
    closed = [piece for part in found for piece in _with_closings(part)]
    return [part for part in closed if part.lines or part.heading]


def markdown(lines: Sequence[Line]) -> str:
    """The paragraphs as restricted Markdown: bullets and counted items become lists."""
    blocks: list[str] = []
    for index in range(len(lines)):
        item, continues = _item(lines, index)
        if continues:
            blocks[-1] += "\n" + item
        else:
            blocks.append(item)
    return "\n\n".join(blocks)


def _is_end_mark(line: Line) -> bool:
    return bool(labels.END_LINE.fullmatch(line.text))


def _end_mark(lines: Sequence[Line]) -> int:
    """The index of the first end mark below the first paragraph; else the number of lines."""
    marks = (index for index, line in enumerate(lines) if index and _is_end_mark(line))
    return next(marks, len(lines))


@dataclass(frozen=True)
class _Peeled:
    """Lines without the page furniture and the contact blocks that stood below them."""

    lines: Sequence[Line]
    contact: Sequence[Line]
    furniture: Sequence[Line]


def _peel(lines: Sequence[Line], least: int) -> _Peeled:
    """Peel while there is something to peel, down to the `least` number of lines."""
    contact: list[Line] = []
    furniture: list[Line] = []
    for _ in range(_MOST_LAYERS):
        size = len(lines)
        lines, removed = _cut(lines, max(least, _furniture(lines)))
        furniture = [*removed, *furniture]
        lines, removed = _cut(lines, max(least, _contact(lines)))
        contact = [*removed, *contact]
        if len(lines) == size:
            break
    return _Peeled(lines, contact, furniture)


def _sift(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines below the end mark, without and only with the furniture of a page.

    A label of furniture goes with all that is below it, as far as the next sentence.
    """
    kept: list[Line] = []
    furniture: list[Line] = []
    is_furniture = False
    for line in lines:
        is_label = labels.BELOW_RELEASE.fullmatch(line.text)
        is_furniture = not is_sentence(line.text) and bool(is_label or is_furniture)
        (furniture if is_furniture else kept).append(line)
    return kept, furniture


def _cut(lines: Sequence[Line], index: int) -> tuple[Sequence[Line], Sequence[Line]]:
    return lines[:index], lines[index:]


def _furniture(lines: Sequence[Line]) -> int:
    """Where the foot of a page begins: one of its labels with no sentence below it."""
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if is_sentence(lines[index].text):
            break
        if labels.BELOW_RELEASE.fullmatch(lines[index].text):
            start = index
    return start


def _contact(lines: Sequence[Line]) -> int:
    """Where a contact block begins that stands at the end."""
    for index in range(max(0, len(lines) - _FARTHEST_CONTACT), len(lines)):
        if labels.CONTACT.fullmatch(lines[index].text):
            pieces = _pieces(lines[index:])
            if len(contact_blocks.find(pieces)) == len(pieces):
                return index
    return len(lines)


def _pieces(lines: Sequence[Line]) -> list[cells.Cell]:
    return [cell for line in lines for cell in cells.cut(line.with_text(line.text))]


def _contact_lines(lines: Sequence[Line]) -> list[str]:
    pieces = _pieces(lines)
    return contact_blocks.lines(pieces, range(len(pieces)))


def _is_bare_label(line: Line) -> bool:
    match = labels.CONTACT.fullmatch(line.text)
    return bool(match and not match["rest"])


def heading_kind(text: str) -> str | None:
    """What section a well-known heading begins; None for other words."""
    known = (kind for kind, pattern in _HEADINGS.items() if pattern.fullmatch(text))
    return next(known, None) if len(text) <= _LONGEST_HEADING else None


def _begins_section(lines: Sequence[Line], index: int) -> str | None:
    """The kind of the section that the line is the heading of; None where nothing follows it."""
    rule = lines[index + 1 : index + 2]
    text_below = index + (2 if rule and _UNDERLINE.fullmatch(rule[0].text) else 1)
    if text_below >= len(lines):
        return None
    return heading_kind(lines[index].text) or ("body" if _is_underlined(lines, index) else None)


def _is_underlined(lines: Sequence[Line], index: int) -> bool:
    below = lines[index + 1] if index + 1 < len(lines) else None
    return bool(below and not below.after_blank and _UNDERLINE.fullmatch(below.text))


def _with_closings(part: Part) -> list[Part]:
    """The section without the sentences that close it, then these, grouped by kind."""
    start = _closings_start(part)
    closings: list[Part] = []
    for line in part.lines[start:]:
        kind = _closing_kind(line)
        if closings and kind in (None, closings[-1].kind):
            closings[-1] = replace(closings[-1], lines=(*closings[-1].lines, line))
        else:
            closings.append(Part(kind or "resources", "", (line,)))
    return [replace(part, lines=part.lines[:start]), *closings]


def _closings_start(part: Part) -> int:
    """The index of the first closing sentence; a bare link belongs to the sentence above it."""
    start = len(part.lines)
    least = 1 if part.kind == "body" or part.heading else 0
    for index in range(len(part.lines) - 1, least - 1, -1):
        if _closing_kind(part.lines[index]):
            start = index
        elif not _LINK_ONLY.fullmatch(part.lines[index].text):
            break
    return start


def _closing_kind(line: Line) -> str | None:
    return next((kind for kind, pattern in _CLOSINGS.items() if pattern.match(line.text)), None)


def _item(lines: Sequence[Line], index: int) -> tuple[str, bool]:
    """The Markdown of one line, and whether it goes on with the list above it."""
    text = lines[index].text
    above = lines[index - 1].text if index else ""
    bullet = _BULLET.fullmatch(text)
    if bullet:
        return "- " + markup.escape(bullet["text"]), bool(_BULLET.fullmatch(above))
    if _is_counted(text, above) or (
        index + 1 < len(lines) and _is_counted(lines[index + 1].text, text)
    ):
        number, words = text.split(" ", 1)
        return f"{number} {markup.escape(words)}", _is_counted(text, above)
    return markup.escape(text), False


def _is_counted(text: str, above: str) -> bool:
    """Whether both are items of one numbered list: `2. …` below `1. …`."""
    item, before = _NUMBERED.fullmatch(text), _NUMBERED.fullmatch(above)
    if not item or not before or item["mark"] != before["mark"]:
        return False
    return int(item["number"]) == int(before["number"]) + 1
