"""Clean lines of a source text, with a warning for every change except white space."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from releases.content.cleaning import (
    BROKEN_CHARACTERS,
    CONTROL_CHARACTERS,
    ENTITIES,
    Rule,
    invisible_characters_rule,
    may_be_unclean,
)
from releases.parsing.warnings import ParseWarning

ENDS_SENTENCE = re.compile(r"[.!?:;…][”’\"')\]]*$")

_TAG = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|i|img|li|ol|p|span|strong|table|td|tr|u|ul)\b[^<>]*>"
)


class Line(NamedTuple):
    """A non-blank line, or several merged ones: `first` and `last` are source line numbers.

    `text` has its white space collapsed, `raw` is as printed; `after_blank` marks a line below a
    blank line or at the start; `margin` is the indent in characters; `width` is the length of its
    last source line.
    """

    text: str
    raw: str
    first: int
    last: int
    after_blank: bool
    margin: int
    width: int

    def with_text(self, text: str) -> "Line":
        """Return the line with other text, its white space already collapsed."""
        return self._replace(text=text, raw=text, width=len(text))


def read(text: str) -> tuple[list[Line], list[ParseWarning]]:
    """Return the non-blank lines of a decoded text with any line ends, and the cleaning
    warnings."""
    clean, warnings = clean_text(text)
    return list(_lines(clean)), warnings


def clean_text(text: str) -> tuple[str, list[ParseWarning]]:
    """Return the clean text, and one warning for each rule that changed it."""
    warnings = []
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))  # a byte order mark, not text
    for rules in (_entity_rules, _character_rules):
        for rule in rules(text):
            text, finding = rule.apply(text)
            if finding:
                warnings.append(ParseWarning("source_text", finding.code, finding.message))
    return text, warnings + _unfixable_warnings(text)


def _entity_rules(text: str) -> tuple[Rule, ...]:
    return (ENTITIES,) if "&" in text else ()


def _character_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules that can change the text: none for most."""
    if not may_be_unclean(text):
        return ()
    return (BROKEN_CHARACTERS, CONTROL_CHARACTERS, invisible_characters_rule(text))


def collapse(text: str) -> str:
    """Collapse every run of white space to one space."""
    # The space is the only white space that is printable.
    return text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())


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
    for number, raw in enumerate(clean.splitlines(), 1):
        text = collapse(raw)
        if text:
            margin = len(raw) - len(raw.lstrip())
            yield Line(text, raw, number, number, after_blank, margin, len(text))
        after_blank = not text
