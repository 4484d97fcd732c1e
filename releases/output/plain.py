"""Releases as plain text that `parsing.parser.parse` reads back unchanged."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from releases.content import markup
from releases.parsing import datelines, dates, parser
from releases.parsing.parser import ParsedRelease, ParsedSection
from releases.parsing.sections import heading_kind

LONG_TEXT = 100_000  # characters; parsing a longer one in each layout would take seconds
MAX_WEIGHT = 1_000_000  # of a text that is parsed in two layouts; prose weighs a third of it
_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)]) ")


def compose(release: ParsedRelease, width: int = 0) -> str:
    """Return the release as plain text, paragraphs wrapped at `width` characters (0: no
    wrapping)."""
    # The first layout that parses back to the same release. Labels such as "Title:" and "Content:"
    # keep a title that ends like a sentence, or a body that begins like a title, in their fields.
    printed = _to_plain_text(release)
    layouts = candidate_layouts(release, width)
    found = (text for text in layouts if _to_plain_text(parser.parse(text)) == printed)
    return next(found, None) or _layout(release, _header(release))


def candidate_layouts(release: ParsedRelease, width: int) -> Iterator[str]:
    """Yield layouts lazily, from the best looking to the most explicit; of a long text only
    these two, of one full of marks only the last."""
    simple, labeled = _layout(release, _header(release)), _layout(release, _labeled_header(release))
    wrapped = wrap(simple, width)
    if len(simple) > LONG_TEXT:
        if markup.weight(simple) < MAX_WEIGHT:
            yield wrapped
        yield labeled
    else:
        yield from dict.fromkeys((wrapped, simple))
        yield from dict.fromkeys((wrap(labeled, width), labeled))


def wrap(text: str, width: int) -> str:
    """Wrap each line at `width` characters without breaking words or URLs; 0: no wrapping."""
    return "\n".join(_wrap_line(line, width) for line in text.split("\n")) if width else text


def _wrap_line(line: str, width: int) -> str:
    """Wrap a line, indenting continuation lines of a list item."""
    if len(line) <= width and "\t" not in line:
        return line.rstrip()
    mark = _ITEM.match(line)
    indent = " " * len(mark[0]) if mark else ""
    pieces = textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(pieces)


def _layout(release: ParsedRelease, header: list[str]) -> str:
    main = [section for section in release.sections if not section.after_end]
    tail = [section for section in release.sections if section.after_end]
    blocks = [*header, markup.to_plain(release.body), *_blocks(main), release.end_mark]
    return "\n\n".join(filter(None, [*blocks, *_blocks(tail)])) + "\n"


def _header(release: ParsedRelease) -> list[str]:
    contact = f"Contact: {release.contact}" if release.contact else ""
    block = "\n".join(filter(None, [_date_line(release), contact]))
    return [release.title, release.subtitle, block]


def _labeled_header(release: ParsedRelease) -> list[str]:
    fields = {
        "Title": release.title,
        "Subtitle": release.subtitle,
        "Date": _date_line(release),
        "Contact": release.contact,
    }
    lines = [
        f"{label}: {line}" for label, value in fields.items() for line in value.split("\n") if line
    ]
    return ["\n".join(lines), "Content:"]


def _date_line(release: ParsedRelease) -> str:
    return after_place(
        release, dates.spell_out(release.date, release.language) if release.date else ""
    )


def after_place(release: ParsedRelease, words: str) -> str:
    """Return the date in `words` after the place, unless the body begins with a dateline."""
    has_dateline = datelines.find(markup.to_plain(release.body).split("\n", 1)[0])
    place = "" if has_dateline else release.dateline
    return f"{place}, {words}" if place and words else words


def _blocks(sections: Iterable[ParsedSection]) -> Iterable[str]:
    for section in sections:
        if section.heading:
            is_known = heading_kind(section.heading) == section.kind
            rule = "" if is_known else "\n" + "-" * max(3, len(section.heading))
            yield section.heading + rule
        yield markup.to_plain(section.body)


def _to_plain_text(release: ParsedRelease) -> ParsedRelease:
    """Return the release without what plain text cannot express: emphasis and links."""
    sections = tuple(
        replace(section, body=markup.to_plain(section.body)) for section in release.sections
    )
    body = markup.to_plain(release.body)
    return replace(release, body=body, sections=sections, warnings=(), embargoes=())
