"""Provenance below a plain-text rendition: permalink, version and checksum.

The record is not part of the release; `strip` removes it before the text is read again.
"""

import re

RULE = "_" * 40
_RECORD = re.compile(
    rf"(?<!\s)\s*+^{RULE}\nRelease \d{{4}}-\d{{4,}}, version \d+\b.*\Z", re.M | re.S
)


def append(text: str, lines: list[str]) -> str:
    """Append the record, whose first line begins "Release 2012-0001, version 1"."""
    return "\n".join([text.rstrip("\n"), "", RULE, *lines, ""])


def strip(text: str) -> str:
    """Remove the record, if there is one."""
    return _RECORD.sub("\n", text) if RULE in text else text
