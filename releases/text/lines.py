"""A source text -> clean lines: what changes besides blanks is named in a warning."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from releases.text.warnings import ParseWarning

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s+")

# `&amp;lt;` was escaped twice: read in one go, or the text would change again when read again.
_ENTITY = re.compile(
    r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)*(?P<name>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});"
)
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|i|img|li|ol|p|span|strong|table|td|tr|u|ul)\b[^<>]*>"
)


@dataclass(frozen=True)
class Line:
    """A non-blank line, or several that were one: `first` and `last` are their source numbers.

    `text` has its blanks collapsed, `raw` as printed; `after_blank` tells that a blank line, or
    nothing, stands above; `margin` is the width of the blanks at its head; `width` is the length
    of its last source line.
    """

    text: str
    raw: str
    first: int
    last: int
    after_blank: bool
    margin: int
    width: int

    def with_text(self, text: str) -> "Line":
        """The same place with other words, their blanks already collapsed."""
        return replace(self, text=text, raw=text, width=len(text))


def read(text: str) -> tuple[list[Line], list[ParseWarning]]:
    """The non-blank lines of a decoded text with any line ends, and what was cleaned away."""
    clean, warnings = clean_text(text)
    return list(_lines(clean)), warnings


def clean_text(text: str) -> tuple[str, list[ParseWarning]]:
    """The text without what is not text, each cleaning rule that changed it named once."""
    warnings = []
    text = text.removeprefix("\ufeff")  # the encoding's own mark, not a character of the text
    for rule in _RULES:
        clean, number = rule.pattern.subn(rule.replacement, text)
        if clean != text:
            examples = ", ".join(_examples(rule.pattern, text))
            message = rule.message.format(number=number, examples=examples)
            warnings.append(ParseWarning("source_text", rule.code, message))
        text = clean
    return text, warnings + _kept_as_they_are(text)


def collapse(text: str) -> str:
    """The text with every run of blanks, of any kind, made one space."""
    return _BLANKS.sub(" ", text).strip()


@dataclass(frozen=True)
class _Rule:
    code: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]
    message: str


def _decode(match: re.Match[str]) -> str:
    return html.unescape(f"&{match['name']};")


_RULES = (
    _Rule(
        "html_entities",
        _ENTITY,
        _decode,
        "{number} HTML entities were read as the characters they stand for: {examples}.",
    ),
    _Rule(
        "unreadable_characters",
        re.compile(r"[\ud800-\udfff]"),
        "\ufffd",
        "{number} broken characters became “\ufffd”: compare with the printed release.",
    ),
    _Rule(
        "control_characters",
        re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]"),
        "",
        "{number} control characters were removed: {examples}.",
    ),
    _Rule(
        "invisible_characters",
        re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"),
        "",
        "{number} invisible characters were removed: {examples}.",
    ),
)


def _examples(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The first three different matches: as they are, or by code where they cannot be seen."""
    seen = list(dict.fromkeys(match[0] for match in pattern.finditer(text)))
    for words in seen[:3]:
        yield f"“{words}”" if len(words) > 1 else f"U+{ord(words):04X}"


def _kept_as_they_are(text: str) -> list[ParseWarning]:
    warnings = []
    if lost := text.count("\ufffd"):
        message = (
            f"{lost} characters were lost before the import and show as “\ufffd”: restore them."
        )
        warnings.append(ParseWarning("source_text", "lost_characters", message))
    if tag := _TAG.search(text):
        message = f"HTML tags, such as “{tag[0][:40]}”, are kept as words: import plain text."
        warnings.append(ParseWarning("source_text", "html_tags", message))
    return warnings


def _lines(clean: str) -> Iterator[Line]:
    after_blank = True
    for number, raw in enumerate(_LINE_END.split(clean), 1):
        text = collapse(raw)
        if text:
            margin = len(raw) - len(raw.lstrip())
            yield Line(text, raw, number, number, after_blank, margin, len(text))
        after_blank = not text
