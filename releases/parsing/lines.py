"""A source text -> clean lines: what changes besides blanks is named in a warning."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from releases.content.cleaning import (
    BROKEN_CHARACTERS,
    CONTROL_CHARACTERS,
    ENTITIES,
    invisible_characters_rule,
)
from releases.parsing.warnings import ParseWarning

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s+")

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
    for rule in (ENTITIES, BROKEN_CHARACTERS, CONTROL_CHARACTERS, invisible_characters_rule(text)):
        text, finding = rule.apply(text)
        if finding:
            warnings.append(ParseWarning("source_text", finding.code, finding.message))
    return text, warnings + _unfixable_warnings(text)


def collapse(text: str) -> str:
    """The text with every run of blanks, of any kind, made one space."""
    return _BLANKS.sub(" ", text).strip()


def _unfixable_warnings(text: str) -> list[ParseWarning]:
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
