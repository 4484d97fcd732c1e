"""Unwrapping of paragraphs: joins lines that a mail program or a scraper broke.

A plain-text release has one paragraph per line, with or without blank lines between. Broken lines
are recognized by the rules in `_JOIN_RULES`: all lines are about equally wide, the next one
continues in mid-sentence, or a quotation mark, a dash or a name is alone because it was bold or a
link. Lines are never joined across a blank line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from releases.parsing import columns, contacts, datelines, embargoes, phrases
from releases.parsing.header_tokens import parse_date_line
from releases.parsing.lines import ENDS_SENTENCE, Line

# “(916) 555-0100” is no item.
_BULLET = re.compile(
    r"(?:[•●▪◦‣·*➢-]|[–—](?!\s[^\W\d_A-Z])|\(?\d{1,3}[.)](?!\s\d{3}\b)|\(?[a-z][.)])\s+\S"
)
_HORIZONTAL_RULE = re.compile(r"(?<![-=_*~])[-=_*~]{3,}+$")
_URL_OR_EMAIL = re.compile(r"(?<!\S)(?:\S*(?:@|://|www\.)\S*|[\w.-]+\.(?:com|gov|org|net)\b\S*)")
_CLOSES = re.compile(r"[,;:!?)\]”’»]|\.(?=$|[\s”’\"')])")
_STRAIGHT_CLOSE = re.compile(r"\"(?:$|[,.;:!?])")
_STRAIGHT_OPEN = re.compile(r"(?:^|\s)\"$")
_OPENS = re.compile(r"[“‘«(\[]$")
_LONE_DASH = re.compile(r"[–—―-]{1,2}")
_DASH = re.compile(r"[–—―-]{1,2}\s")
_HYPHENATED = re.compile(r"\w-$")
_SUSPENDED = re.compile(r"(?:and|or|to|y|o)\s")
_LONE_QUOTE = re.compile(r"[\"“]")
_WHOLE_LINE_LABELS = (phrases.END_LINE, phrases.RELEASE_LABEL, phrases.PAGE_CHROME)
_ATTRIBUTION = re.compile(r"[”\"] \w[^“”\"]{0,120}\.$")
_ENDS_OPEN = re.compile(
    r"(?:^|\s)(?:a|al|an|at|but|by|click|con|de|del|el|en|for|from|in|la|las|los|of|on|para|por|que"
    r"|than|that|the|their|to|un|una|under|with|&)$"
    r"|(?:^|[^;,]\s)(?:and|or|y)$"  # after a comma they join list items
)
_JOB_TITLE = re.compile(
    r"\b(?:attorney|captain|chief|commissioner|congress(?:man|woman)|deputy|detective|director|dr"
    r"|fiscal|general|governor|inspector|investigator|judge|lieutenant|mayor|officer|president|prosecutor"
    r"|rep|representative|secretary|senador|senator|sen|sergeant|sheriff|speaker)s?\.?$",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![\w’'.-])[^\W\d_a-z][\w’'.-]++ [^\W\d_a-z][\w’'.-]*")

_TAIL_LENGTH = 200  # characters of a paragraph's end that the rules read
_MIN_WIDTH, _MAX_WIDTH = 40, 120  # characters a line: columns, typewriters, mail programs


@dataclass
class _Paragraph:
    """A paragraph under construction; rules read its first line, last line and end."""

    first: Line
    last: Line
    pieces: list[str]
    end: str
    straight_quotes: int

    @classmethod
    def begin(cls, line: Line) -> "_Paragraph":
        return cls(line, line, [line.text], line.text, line.text.count('"'))

    def add(self, separator: str, line: Line) -> None:
        self.last = line
        self.pieces += [separator, line.text]
        self.end = (self.end + separator + line.text)[-_TAIL_LENGTH:]
        self.straight_quotes += line.text.count('"')

    def line(self) -> Line:
        """Merge into one line, at the position of the first, with the indent and width of the
        last."""
        if self.first is self.last:
            return self.first
        text = "".join(self.pieces)
        first, after_blank = self.first.first, self.first.after_blank
        return self.last._replace(text=text, raw=text, first=first, after_blank=after_blank)


def unwrap_lines(source: Iterable[Line]) -> list[Line]:
    """Merge each line that continues the one above it."""
    lines = list(source)
    width = wrap_width(lines)
    paragraphs: list[_Paragraph] = []
    for line in lines:
        separator = (
            _separator(paragraphs[-1], line, width) if paragraphs and not line.after_blank else None
        )
        if separator is None:
            paragraphs.append(_Paragraph.begin(line))
        else:
            paragraphs[-1].add(separator, line)
    return [paragraph.line() for paragraph in paragraphs]


def wrap_width(lines: Sequence[Line]) -> int:
    """Return the width at which the text is hard-wrapped; 0 if it is not.

    It is wrapped if most lines directly above another are too full for its first word, and many of
    the lines below begin in lowercase, unlike list items. The few wider lines (a title, an address)
    do not count.
    """
    pairs = [(above, line) for above, line in pairwise(lines) if not line.after_blank]
    width = _common_width([above.width for above, _ in pairs])
    narrow = [(above, line) for above, line in pairs if above.width <= width]
    full = [line for above, line in narrow if _joined_width(above, line) > width * 0.9]
    in_sentence = sum(line.text[0].islower() for line in full)
    is_wrapped = len(full) >= 2 and len(full) * 2 > len(pairs) and in_sentence * 5 > len(full)
    return width if is_wrapped else 0


def _common_width(widths: Sequence[int]) -> int:
    """Return the greatest width that a third of the lines come close to, or 0."""
    counts = Counter(widths)
    for width in sorted(counts, reverse=True):
        near = sum(counts[near] for near in range(width * 9 // 10, width + 1))
        if _MIN_WIDTH <= width <= _MAX_WIDTH and near * 3 >= len(widths):
            return width
    return 0


def _joined_width(above: Line, line: Line) -> int:
    return above.width + 1 + len(line.text.split(" ", 1)[0])


def _separator(above: _Paragraph, line: Line, width: int) -> str | None:
    """Return the text that joins the two lines; None if they are separate."""
    if _is_own_paragraph(above, line, width):
        return None
    for rule in _JOIN_RULES:
        separator = rule(above, line, width)
        if separator is not None:
            return separator
    return None


def _is_own_paragraph(above: _Paragraph, line: Line, width: int) -> bool:
    """Return whether either line is separate: a label, a mark, a list item, a date line."""
    text = line.text
    is_one_line = above.first is above.last
    if is_one_line and any(pattern.fullmatch(above.end) for pattern in _WHOLE_LINE_LABELS):
        return True
    if is_one_line and embargoes.is_stated(above.end):
        return True
    if _is_label(text) or _HORIZONTAL_RULE.match(text) or (is_one_line and _is_date(above.end)):
        return True
    if columns.are_rows(above.last, line) or _is_text_after_contact(above, line):
        return True
    if _BULLET.match(text):
        is_item = _BULLET.match(above.first.text) or _hard_wrapped(above, line, width) is None
        return bool(is_item) and _continues_with_dash(above, line, width) is None
    return _is_date(text) and not _ENDS_OPEN.search(above.end)


def _is_date(text: str) -> bool:
    """Return whether the text is a date line; with a period it ends a sentence."""
    return len(text) < 60 and not text.endswith(".") and parse_date_line(text) is not None


def _is_label(text: str) -> bool:
    """Return whether the line is or begins with a set phrase; in lowercase it is prose."""
    if phrases.END_LINE.fullmatch(text):
        return True
    patterns = (phrases.RELEASE_LABEL, phrases.FIELD, phrases.CONTACT)
    return text[0].isupper() and any(pattern.fullmatch(text) for pattern in patterns)


def _closing_mark(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line that begins with closing punctuation: `…without a raise` / `,”`."""
    closes_straight = above.straight_quotes % 2 and _STRAIGHT_CLOSE.match(line.text)
    return "" if closes_straight or _CLOSES.match(line.text) else None


def _opening_mark(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line to an opening mark alone above it: `“` / `We are ready`."""
    opens_straight = above.straight_quotes % 2 and _STRAIGHT_OPEN.search(above.end)
    return "" if opens_straight or _OPENS.search(above.end) else None


def _quote_resumed(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a lone quotation mark to an attribution: `… “We are ready,” said the sheriff.` / `“`."""
    is_lone_quote = _LONE_QUOTE.fullmatch(line.text)
    return " " if is_lone_quote and _ATTRIBUTION.search(above.end) else None


def _lone_dash(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a lone dash or bar to both sides: `LOS ANGELES` / `--` / `The Attorney General …`."""
    if "|" in (line.text, above.last.text):
        return " "
    is_before = _LONE_DASH.fullmatch(line.text) and datelines.parse_place(above.end)
    place, _, dash = above.end.rpartition(" ")
    is_after = _LONE_DASH.fullmatch(dash) and datelines.parse_place(place)
    return " " if is_before or is_after else None


def _continues_with_dash(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line that continues a dateline: `LOS ANGELES` / `-- The Attorney General today …`."""
    is_place = _DASH.match(line.text) and datelines.parse_place(above.end)
    return " " if is_place and datelines.find(f"{above.end} {line.text}") else None


def _is_text_after_contact(above: _Paragraph, line: Line) -> bool:
    """Return whether a sentence follows a labeled contact that ends with its number."""
    labeled = above.first.text
    if not phrases.CONTACT.fullmatch(labeled) or not datelines.reads_as_prose(line.text):
        return False
    return 0 < contacts.block_end(labeled) >= len(labeled.rstrip(" ,;|–—-"))


def _middle_of_sentence(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line that begins in lowercase, except in a list: `The bill would allow` /
    `counties`."""
    goes_on = line.text[0].islower() and not _URL_OR_EMAIL.match(line.text)
    if not goes_on or above.first.text[0].islower() or ENDS_SENTENCE.search(above.end):
        return None
    return _space_or_nothing(above, line)


def _unfinished(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line to a word that cannot end a line: `For the text, click` / `HERE`."""
    return " " if _ENDS_OPEN.search(above.end) and not _is_label(above.last.text) else None


def _job_title_and_name(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a name to the job title above it: `Deputy Attorney` / `Jane Doe is prosecuting …`."""
    names = _NAME.match(line.text) and _JOB_TITLE.search(above.end)
    return " " if names and datelines.reads_as_prose(line.text) else None


def _hanging_indent(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line set below the words of its list item."""
    is_below_item = line.margin > above.first.margin and _BULLET.match(above.first.text)
    return _space_or_nothing(above, line) if is_below_item else None


def _hard_wrapped(above: _Paragraph, line: Line, width: int) -> str | None:
    """Join a line to one too full for its first word, unless the line is indented."""
    is_indented = line.margin > above.last.margin + 1 and not _BULLET.match(above.first.text)
    if above.last.width > width or is_indented:
        return None
    slack = 1.0 if ENDS_SENTENCE.search(above.end) or _BULLET.match(line.text) else 0.85
    return (
        _space_or_nothing(above, line) if _joined_width(above.last, line) > width * slack else None
    )


def _space_or_nothing(above: _Paragraph, line: Line) -> str:
    """Return a space, or nothing after a hyphen, except in "first- and second-rate"."""
    is_compound = _HYPHENATED.search(above.end) and not _SUSPENDED.match(line.text)
    return "" if is_compound else " "


_JOIN_RULES = (
    _closing_mark,
    _opening_mark,
    _quote_resumed,
    _lone_dash,
    _continues_with_dash,
    _middle_of_sentence,
    _unfinished,
    _job_title_and_name,
    _hanging_indent,
    _hard_wrapped,
)
