"""Parser for the Range header (RFC 9110, 14.1.2)."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class UnsatisfiableRangeError(Exception):
    """No byte of the range is in the file."""


def parse(header: str, size: int) -> range | None:
    """Return the requested offsets in a file of `size` bytes, or None for the whole file.

    A missing, malformed or multiple range or another unit means the whole file: a server may
    ignore these. Raises UnsatisfiableRangeError.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first and last and int(first) > int(last):
        return None
    if first:
        found = range(int(first), min(int(last), size - 1) + 1 if last else size)
    else:
        found = range(max(size - int(last), 0), size)
    if not found:
        raise UnsatisfiableRangeError
    return found
