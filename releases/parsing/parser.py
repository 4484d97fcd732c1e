"""Parser of plain-text press releases. Every line ends up in a field or in a warning."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from releases.content import markup
from releases.parsing import (
    advisories,
    datelines,
    embargoes,
    headers,
    languages,
    layout,
    lines,
    phrases,
    provenance,
    tags,
    trailer,
    unwrap,
)
from releases.parsing.embargoes import Embargo
from releases.parsing.headers import Header
from releases.parsing.lines import Line
from releases.parsing.sections import SectionLines, heading_kind, split_into_sections, to_markdown
from releases.parsing.trailer import BodyAndTrailer
from releases.parsing.warnings import ParseWarning

_MISSING_LINK = re.compile(
    r"\w\W+(?:at|call|click|contact|email|go to|is|to|visit|en|llame|visite)[:,]?$",
    re.IGNORECASE,
)
_ERROR_PAGE = re.compile(
    r"enable javascript and cookies|checking your browser|access denied|request unsuccessful"
    r"|verify (?:that )?you are (?:a )?human|captcha|error 40[34]|403 forbidden|page not found",
    re.IGNORECASE,
)
# One of these is in each match of the pattern; looking for them is faster.
_ERROR_HINTS = (
    *("enable java", "checking your", "access denied", "request uns", "you are a"),
    *("you are human", "captcha", "error 40", "403 forb", "page not"),
)
_MIN_EXCLUDED = 200  # characters
_MIN_COPY_LENGTH = 400  # characters of a translation of a whole release
_MAX_ERROR_PAGE_LENGTH = 3_000  # characters


@dataclass(frozen=True)
class ParsedSection:
    """One section: kind is body, background, quote, resources, about or notes; body is Markdown.

    `after_end` marks a section below the end mark.
    """

    kind: str
    heading: str
    body: str
    after_end: bool = False


@dataclass(frozen=True)
class ParsedRelease:
    """Fields of one plain-text release; empty strings where nothing was found."""

    title: str
    subtitle: str
    date: datetime.date | None
    contact: str
    dateline: str
    body: str
    sections: tuple[ParsedSection, ...]
    language: str
    end_mark: str
    warnings: tuple[ParseWarning, ...]
    embargoes: tuple[Embargo, ...] = ()
    tags: tuple[str, ...] = ()  # of the page that it was copied from

    @property
    def paragraph_count(self) -> int:
        """Paragraphs from the dateline to the end mark; a heading or list item counts as one."""
        above = [section for section in self.sections if not section.after_end]
        bodies = [self.body, *(section.body for section in above)]
        headings = [section.heading for section in above if section.heading]
        return sum(len(markup.paragraphs(body)) for body in bodies) + len(headings)


def parse(text: str, *, body_only: bool = False, language: str = "") -> ParsedRelease:
    """Parse decoded text with any line ends; `body_only` if no header is above it. Never raises.

    The language is detected unless it is given and no trailer could be in another one.

    Ignores the provenance record that our downloads add below the text.
    """
    source, cleaned = lines.read(provenance.strip(text))
    stated, embargoed = embargoes.extract(source)
    pieces = source if body_only else headers.split_run_in_labels(stated)
    pages, page_marks = layout.undo(list(pieces))
    paragraphs = unwrap.unwrap_lines(trailer.split_glued_end_marks(pages))
    start = 0 if body_only else headers.find_body_start(paragraphs)
    split = trailer.split_body(paragraphs[start:])
    dateline = datelines.find(split.main[0].text) if split.main else None
    header = headers.parse(paragraphs[:start], dateline, embargoed)
    if split.tail or not language:
        language = languages.detect(_joined_text(header.title, split.main))
    above, labeled = advisories.split(split.main)
    body, *main = split_into_sections(above, "body") or [SectionLines("body", "", ())]
    tail = _trailer_sections(split.tail, language)
    return ParsedRelease(
        title=header.title,
        subtitle=header.subtitle,
        date=header.date,
        contact="\n".join((*header.contact, *split.contact)),
        dateline=header.dateline,
        body=to_markdown(body.lines),
        sections=(
            *map(_section, main),
            *(ParsedSection(each.kind, each.heading, to_markdown(each.lines)) for each in labeled),
            *_correction(header),
            *(_section(part, after_end=True) for part in tail),
        ),
        language=language,
        end_mark=split.end_mark,
        warnings=(
            *cleaned,
            *header.warnings,
            *_warn_missing(header, split, language),
            *_warn_unfinished([body, *main]),
            *_warn_second_copy(split.tail, language),
            *_warn_mostly_excluded(split, language),
            *_warn_left_out(header, [*split.left_out, *page_marks]),
            *_warn_error_page(text),
        ),
        embargoes=(*embargoed, *filter(None, [header.later])),
        tags=tags.find(_left_out_texts(header, split)),
    )


def _correction(header: Header) -> Iterator[ParsedSection]:
    """Yield the note of a corrected copy, which is no part of the text."""
    if header.correction:
        label, *note = header.correction
        text = "\n\n".join(map(markup.escape, note))
        yield ParsedSection("notes", label.strip(" *:.-–—#[]()"), text, after_end=True)


def _section(part: SectionLines, after_end: bool = False) -> ParsedSection:
    heading = part.heading.rstrip(" :")
    return ParsedSection(part.kind, heading, to_markdown(part.lines), after_end)


def _joined_text(title: str, main: Sequence[Line]) -> str:
    return " ".join([title, *(line.text for line in main)])


def _trailer_sections(tail: Sequence[Line], language: str) -> list[SectionLines]:
    """Return the sections below the end mark: boilerplate, or a second copy of the release."""
    if _is_second_copy(tail, language):
        return [SectionLines("notes", "", tuple(tail))]
    return split_into_sections(tail, "about")


def _is_second_copy(tail: Sequence[Line], language: str) -> bool:
    text = _joined_text("", tail)
    is_translation = len(text) > _MIN_COPY_LENGTH and languages.detect(text) not in ("", language)
    return is_translation or any(phrases.RELEASE_LABEL.fullmatch(line.text) for line in tail)


def _warn_second_copy(tail: Sequence[Line], language: str) -> Iterator[ParseWarning]:
    if _is_second_copy(tail, language):
        message = (
            f"From line {tail[0].first}, below the end mark, there is a "
            f"second copy, saved as a note: "
            "move it to a separate release and mark it as a translation."
        )
        yield ParseWarning("sections", "second_copy", message)


def _warn_mostly_excluded(split: BodyAndTrailer, language: str) -> Iterator[ParseWarning]:
    """Warn if most of the text was excluded from the body by an uncertain reading."""
    is_copy = _is_second_copy(split.tail, language)
    is_labeled = bool(split.tail) and heading_kind(split.tail[0].text) is not None
    moved = split.excluded_length(is_labeled and not is_copy)
    if moved >= _MIN_EXCLUDED and 2 * moved >= split.size:
        message = (
            f"{moved:,} of {split.size:,} characters were not read as part of the text: "
            "compare with the source, and move back what belongs there."
        )
        yield ParseWarning("body", "most_text_moved", message)


def _warn_missing(header: Header, split: BodyAndTrailer, language: str) -> Iterator[ParseWarning]:
    if not header.title:
        yield ParseWarning("title", "title_missing", "No title was found: enter it.")
    if not split.main:
        yield ParseWarning("body", "body_missing", "No text was found below the header.")
    elif not language:
        yield ParseWarning("language", "language_unknown", "The language is unclear: enter it.")


def _warn_unfinished(parts: Sequence[SectionLines]) -> Iterator[ParseWarning]:
    """Warn of a link lost in plain text: `For more information, visit`."""
    for index, part in enumerate(parts):
        for line in part.lines:
            is_ended = line.text.endswith((".", "”", '"'))
            is_list_head = line.text.endswith(":") and line is not part.lines[-1]
            if not (is_ended or is_list_head) and _MISSING_LINK.search(line.text[-40:]):
                message = f"“{line.text[-80:]}” (line {line.last}) stops before its link: add it."
                field = "sections" if index else "body"
                yield ParseWarning(field, "unfinished_sentence", message)


def _warn_left_out(header: Header, left_out: Sequence[Line]) -> Iterator[ParseWarning]:
    pieces = [(token.number, token.text) for token in header.left_out]
    pieces += [(line.first, line.text) for line in left_out]
    if pieces:
        named = ", ".join(f"“{text}” (line {number})" for number, text in sorted(pieces))
        yield ParseWarning(
            "source_text", "left_out", f"Ignored (the stored source still has it): {named}."
        )


def _left_out_texts(header: Header, split: BodyAndTrailer) -> Iterator[str]:
    yield from (token.text for token in header.left_out)
    yield from (line.text for line in split.left_out)


def _warn_error_page(text: str) -> Iterator[ParseWarning]:
    if len(text) >= _MAX_ERROR_PAGE_LENGTH:
        return
    lower = text.lower()
    is_likely = any(map(lower.__contains__, _ERROR_HINTS))
    if is_likely and (match := _ERROR_PAGE.search(text)):
        message = (
            f"“{match[0]}”: this is an error page, not a release. Get the "
            f"release again from its site."
        )
        yield ParseWarning("source_text", "error_page", message)
