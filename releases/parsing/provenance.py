"""The record below a release in plain text: where it stays, in which version, with which checksum.
It is no part of the release: `strip` takes it off before the text is read again."""

import re

RULE = "_" * 40
_RECORD = re.compile(
    rf"(?<!\s)\s*+^{RULE}\nRelease \d{{4}}-\d{{4,}}, version \d+\b.*\Z", re.M | re.S
)


def append(text: str, lines: list[str]) -> str:
    """The text with the record below it; the first line begins "Release 2012-0001, version 1"."""
    return "\n".join([text.rstrip("\n"), "", RULE, *lines, ""])


def strip(text: str) -> str:
    """The text without its record; as it is where it has none."""
    return _RECORD.sub("\n", text) if RULE in text else text
