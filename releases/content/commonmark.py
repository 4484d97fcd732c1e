"""Restricted Markdown -> Markdown that any CommonMark program reads as we do.

Source: https://spec.commonmark.org/0.31.2/. What our dialect takes for words (raw HTML, entities,
code, images, headings, rules) gets a backslash, which our dialect reads as well. Only "- --" stays,
an item of dashes to us and a rule to others: with a backslash it would be no item to us.
"""

import re

from releases.content import markup

_FOREIGN = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # escaped already
    r"|(?P<mark>(?<!\]\()<|[`&]|!(?=\[)"
    r"|(?:(?<=^)|(?<=^ )|(?<=^  )|(?<=^   ))"
    r"(?:\#(?=\#{0,5}(?:\s|$))|=(?==*+[ \t]*$)|~(?=~~)|(?P<rule>_|[-*](?!\s))"
    r"(?=(?:[ \t]*+(?P=rule)){2,}+[ \t]*$)))",
    re.MULTILINE,
)


def portable(source: str) -> str:
    """The same Markdown for every program."""
    return _FOREIGN.sub(lambda found: ("\\" if found["mark"] else "") + found[0], source)


def line(plain: str) -> str:
    """Plain text as Markdown, its line ends kept."""
    return portable(markup.escape(plain))
