"""Cursors of lists ordered by time and id, as encoded in URLs."""

from __future__ import annotations

import datetime
import re

Cursor = tuple[datetime.datetime, int]  # a row's time (aware) and id

# Microseconds since 1970, from the year 1653 to 2286, then the id.
PATTERN = r"-?[0-9]{1,16}-[0-9]{1,18}"
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def encode(cursor: Cursor) -> str:
    """Format the cursor as digits and hyphens."""
    moment, pk = cursor
    return f"{microseconds(moment)}-{pk}"


def microseconds(moment: datetime.datetime) -> int:
    """Return the microseconds from 1970 to an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def decode(word: str) -> Cursor:
    """Parse a cursor that `encode` wrote. Raises ValueError."""
    if not re.fullmatch(PATTERN, word, re.ASCII):
        raise ValueError(f"“{word}” is not a cursor.")
    moment, _, pk = word.rpartition("-")
    return _EPOCH + int(moment) * _MICROSECOND, int(pk)
