"""End of a release: its end mark and trailer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from releases.parsing import contact_blocks, header_tokens, one_line_details, phrases
from releases.parsing.headers import is_sentence, split_run_in_contact
from releases.parsing.lines import Line
from releases.parsing.sections import heading_kind

_MAX_PASSES = 20  # over page chrome and contact blocks
_MAX_CONTACT_LINES = 12  # lines from the end
_MAX_COPY_RATIO = 2  # a copy's length relative to the release above it


@dataclass(frozen=True)
class BodyAndTrailer:
    """A release split at its end mark: `main` above it, `tail` below.

    `left_out` are the lines that belong to no field: page chrome, a bare label, a second end mark.
    """

    main: tuple[Line, ...]
    end_mark: str
    tail: tuple[Line, ...]
    contact: tuple[str, ...]
    left_out: tuple[Line, ...]

    def excluded_length(self, is_labeled: bool) -> int:
        """Count the characters excluded from the text by an uncertain reading.

        The tail counts too, unless a heading labels it and a sentence is above the end mark.
        """
        pieces = [line.text for line in self.left_out] + list(self.contact)
        if not (is_labeled and _has_sentence(self.main)):
            pieces += [line.text for line in self.tail]
        return sum(map(len, pieces))

    @property
    def size(self) -> int:
        """Length of all parts, in characters."""
        texts = (line.text for line in (*self.main, *self.tail, *self.left_out))
        return sum(map(len, texts)) + sum(map(len, self.contact))


def split_glued_end_marks(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, splitting off an end mark without a space before it."""
    for line in lines:
        rest = line
        while pieces := phrases.split_at_end_mark(rest.text):
            before, mark, after = pieces
            yield from (line.with_text(piece) for piece in (before, mark) if piece)
            rest = line.with_text(after)
        if rest.text:
            yield rest


def split_body(lines: Sequence[Line]) -> BodyAndTrailer:
    """Split the lines below the header where the release ends."""
    end, start_of_tail = _find_end(lines)
    marks = [line for line in lines[start_of_tail:] if _is_end_mark(line)]
    tail, page_chrome = _separate_page_chrome(
        line for line in lines[start_of_tail:] if not _is_end_mark(line)
    )
    above, below = _strip_trailing(lines[:end], 1), _strip_trailing(tail, 0)
    main, mark = above.lines, "".join(line.text for line in lines[end:start_of_tail])
    if not mark and len(main) > 1 and phrases.ORNAMENT.fullmatch(main[-1].text):
        main, mark = main[:-1], main[-1].text
    in_contact = [*above.contact, *below.contact]
    return BodyAndTrailer(
        main=tuple(main),
        end_mark=mark,
        tail=tuple(below.lines),
        contact=tuple(_contact_lines(above.contact) + _contact_lines(below.contact)),
        left_out=(
            *above.page_chrome,
            *marks,
            *page_chrome,
            *below.page_chrome,
            *filter(_is_bare_label, in_contact),
        ),
    )


def _is_end_mark(line: Line) -> bool:
    return bool(phrases.END_LINE.fullmatch(line.text))


def _find_end(lines: Sequence[Line]) -> tuple[int, int]:
    """Return the index where the body ends and the one where the trailer begins.

    A second release label begins a second copy, usually a translation, if a whole release is above
    it. Below a mere heading it is part of that heading.
    """
    whole, above = sum(len(line.text) for line in lines), 0
    has_sentence, looked_at = False, 0
    for index, line in enumerate(lines):
        if index and (_is_end_mark(line) or _is_above_heading(lines, index)):
            return index, index + 1
        if index and phrases.FOR_RELEASE.fullmatch(line.text):
            has_sentence = has_sentence or _has_sentence(lines[looked_at:index])
            looked_at = index
            if has_sentence and above * _MAX_COPY_RATIO >= whole - above:
                return index, index
        above += len(line.text)
    return len(lines), len(lines)


def _is_above_heading(lines: Sequence[Line], index: int) -> bool:
    """Return whether an ornament separates the text from a section such as "About …"."""
    is_ornament = phrases.ORNAMENT.fullmatch(lines[index].text)
    below = lines[index + 1 : index + 2]
    return bool(is_ornament and below and heading_kind(below[0].text))


def _has_sentence(lines: Iterable[Line]) -> bool:
    return any(is_sentence(line.text) for line in lines)


@dataclass(frozen=True)
class _Stripped:
    """Lines without the page chrome and contact blocks below them."""

    lines: Sequence[Line]
    contact: Sequence[Line]
    page_chrome: Sequence[Line]


def _strip_trailing(lines: Sequence[Line], least: int) -> _Stripped:
    """Strip page chrome and contact blocks repeatedly, down to `least` lines."""
    contact: list[Line] = []
    page_chrome: list[Line] = []
    for _ in range(_MAX_PASSES):
        size = len(lines)
        lines, removed = _split_at(lines, max(least, _rules_start(lines)))
        page_chrome = [*removed, *page_chrome]
        lines, removed = _split_at(lines, max(least, _page_chrome_start(lines)))
        page_chrome = [*removed, *page_chrome]
        lines, removed = _split_at(lines, max(least, _contact_start(lines)))
        contact = [*removed, *contact]
        if len(lines) == size:
            break
    return _Stripped(lines, contact, page_chrome)


def _separate_page_chrome(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Split the lines below the end mark into text and page chrome.

    A page chrome label includes everything below it up to the next sentence.
    """
    kept: list[Line] = []
    page_chrome: list[Line] = []
    is_page_chrome = False
    for line in lines:
        is_newsletter = phrases.is_newsletter(line.text)
        is_label = is_newsletter or phrases.PAGE_FOOTER.fullmatch(line.text)
        is_within = bool(is_label or is_page_chrome)
        is_page_chrome = is_newsletter or (is_within and not is_sentence(line.text))
        (page_chrome if is_page_chrome else kept).append(line)
    return kept, page_chrome


def _split_at(lines: Sequence[Line], index: int) -> tuple[Sequence[Line], Sequence[Line]]:
    return lines[:index], lines[index:]


def _rules_start(lines: Sequence[Line]) -> int:
    """Return the index where trailing horizontal rules begin."""
    end = len(lines)
    while end and phrases.HORIZONTAL_RULE.fullmatch(lines[end - 1].text):
        end -= 1
    return end


def _page_chrome_start(lines: Sequence[Line]) -> int:
    """Return the index where the page footer begins: at a label with no sentence below it.

    The office's address above a menu is part of it.
    """
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if phrases.is_newsletter(text):
            start = index
        elif is_sentence(text):
            break
        elif phrases.PAGE_FOOTER.fullmatch(text):
            start = index
    if start < len(lines):
        while start and _is_above_menu(lines[start - 1]):
            start -= 1
    return start


def _is_above_menu(line: Line) -> bool:
    return one_line_details.is_detail(line.text) or _is_bare_label(line)


def _contact_start(lines: Sequence[Line]) -> int:
    """Return the index where a trailing contact block begins."""
    for index in range(max(0, len(lines) - _MAX_CONTACT_LINES), len(lines)):
        text = lines[index].text
        if phrases.CONTACT.fullmatch(text) and not split_run_in_contact(text):
            pieces = _header_tokens(lines[index:])
            if len(contact_blocks.find(pieces)) == len(pieces):
                return index
    return len(lines)


def _header_tokens(lines: Sequence[Line]) -> list[header_tokens.HeaderToken]:
    return [
        token
        for line in lines
        for token in header_tokens.split_into_tokens(line.with_text(line.text))
    ]


def _contact_lines(lines: Sequence[Line]) -> list[str]:
    pieces = _header_tokens(lines)
    return contact_blocks.printed_lines(pieces, range(len(pieces)))


def _is_bare_label(line: Line) -> bool:
    match = phrases.CONTACT.fullmatch(line.text)
    return bool(match and not match["rest"])
