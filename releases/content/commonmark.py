"""Conversion of restricted Markdown to Markdown that every CommonMark program reads alike.

Source: https://spec.commonmark.org/0.31.2/. Raw HTML, entities, code, images, headings and rules,
which are words in our dialect, get a backslash. Only "- --" stays: our dialect reads it as an item
of dashes, others as a rule, and no escape satisfies both.
"""

import re

from releases.content import markup

_NEEDS_ESCAPE = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # escaped already
    r"|(?P<mark>(?<!\]\()<|[`&]|!(?=\[)"
    r"|(?:(?<=^)|(?<=^ )|(?<=^  )|(?<=^   ))"
    r"(?:\#(?=\#{0,5}(?:\s|$))|=(?==*+[ \t]*$)|~(?=~~)|(?P<rule>_|[-*](?!\s))"
    r"(?=(?:[ \t]*+(?P=rule)){2,}+[ \t]*$)))",
    re.MULTILINE,
)


def to_commonmark(source: str) -> str:
    """Escape what other programs would read as markup."""
    return _NEEDS_ESCAPE.sub(lambda found: ("\\" if found["mark"] else "") + found[0], source)


def escape_plain_text(plain: str) -> str:
    """Convert plain text to Markdown, keeping its line ends."""
    return to_commonmark(markup.escape(plain))
