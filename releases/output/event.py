"""Event that an edition announces."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from releases.output.edition import Edition
from releases.parsing import advisories
from releases.parsing.moments import PrintedMoment


@dataclass(frozen=True)
class Event:
    """Time and place of an event; `start` is a day if no hour is printed."""

    start: datetime.datetime | datetime.date
    end: datetime.datetime | None
    place: str


def find(edition: Edition) -> Event | None:
    """Return the event that the text prints; None unless its day or moment is clear."""
    printed = advisories.find_event(_lines(edition))
    if printed is None:
        return None
    start = _moment(printed.start, edition)
    if start is None:
        return None
    if not printed.start.times:
        return Event(timezone.localtime(start).date(), None, printed.place)
    end = _moment(printed.end, edition) if printed.end else None
    return Event(start, end if end and end > start else None, printed.place)


def _moment(printed: PrintedMoment, edition: Edition) -> datetime.datetime | None:
    return printed.at(edition.date, timezone.get_current_timezone())


def _lines(edition: Edition) -> Iterator[str]:
    """Yield the lines of text and headings in reading order, above the end mark."""
    yield from _words(edition.text.body)
    for section in edition.text.sections:
        if not section.after_end:
            heading = [section.heading] if section.heading else []
            yield from [*heading, *_words(section.body)]


def _words(source: str) -> Iterator[str]:
    # Bold labels are common; no other mark can be in a time or an address that is read.
    for line in source.replace("**", "").replace("\\", "").split("\n"):
        if words := line.strip("- "):
            yield words
