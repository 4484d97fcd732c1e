"""A place in a list that is ordered by moment and id, as addresses carry it."""

from __future__ import annotations

import datetime
import re

Cursor = tuple[datetime.datetime, int]  # the moment (aware) and the id of the row that stands there

# Microseconds since 1970, from the year 1653 to 2286, then the id.
PATTERN = r"-?[0-9]{1,16}-[0-9]{1,18}"
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def encode(place: Cursor) -> str:
    """The place as a word of digits and hyphens."""
    moment, pk = place
    return f"{microseconds(moment)}-{pk}"


def microseconds(moment: datetime.datetime) -> int:
    """A moment (aware), counted from 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def decode(word: str) -> Cursor:
    """What `encode` wrote. Raises ValueError for anything else."""
    if not re.fullmatch(PATTERN, word, re.ASCII):
        raise ValueError(f"“{word}” is no place in a list.")
    moment, _, pk = word.rpartition("-")
    return _EPOCH + int(moment) * _MICROSECOND, int(pk)
