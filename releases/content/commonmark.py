"""Restricted Markdown -> Markdown that any CommonMark program reads as we do.

Source: https://spec.commonmark.org/0.31.2/. What our dialect takes for words (raw HTML, entities,
code, images, headings, rules) gets a backslash, which our dialect reads as well. Only "- --" stays,
an item of dashes to us and a rule to others: with a backslash it would be no item to us.
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
    """The same Markdown for every program."""
    return _NEEDS_ESCAPE.sub(lambda found: ("\\" if found["mark"] else "") + found[0], source)


def escape_plain_text(plain: str) -> str:
    """Plain text as Markdown, its line ends kept."""
    return to_commonmark(markup.escape(plain))
