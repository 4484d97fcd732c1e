"""iCalendar file of an event (RFC 5545)."""

from __future__ import annotations

import datetime

import icalendar

from releases.models import FeedAuthority
from releases.output.edition import Edition
from releases.output.event import Event


def make(edition: Edition, event: Event) -> bytes:
    """Return a calendar of the event that the edition announces."""
    entry = icalendar.Event()
    entry.add("uid", f"event-{edition.number}@{FeedAuthority.current()}")
    entry.add("dtstamp", edition.updated_at.astimezone(datetime.UTC))
    entry.add("sequence", edition.version.number)
    entry.add("dtstart", event.start)
    if event.end:
        entry.add("dtend", event.end)
    entry.add("summary", edition.title)
    entry.add("location", event.place)
    entry.add("url", edition.permalink)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Pressroom//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
