"""BibTeX rendition: a techreport of type “Press release”."""

from __future__ import annotations

import re

from pressroom.infra import office
from releases.output.edition import Edition

_SPECIAL = re.compile(r"[\\{}%&$#_~^]")
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def make(edition: Edition) -> bytes:
    """Return one entry in UTF-8."""
    # Double braces keep the capitals, and the office as one author.
    publisher = f"{{{_escape(office.current().name)}}}"
    fields = {
        "author": publisher,
        "institution": publisher,
        "title": f"{{{_escape(edition.title)}}}",
        "type": "Press release",
        "number": edition.number,
        "year": f"{edition.date:%Y}",
        "month": f"{edition.date:%m}".lstrip("0"),
        "day": f"{edition.date:%d}".lstrip("0"),
        "date": edition.date.isoformat(),
        "url": edition.permalink,
        "note": f"Version {edition.version.number}",
        "language": edition.text.language,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@techreport{{release-{edition.number},\n{lines}\n}}\n".encode()


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPED.get(found[0], "\\" + found[0]), text)
