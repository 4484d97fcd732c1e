"""Calendar of embargoes and publications as iCalendar (RFC 5545)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import icalendar
from django.urls import reverse

from releases.models import FeedAuthority, Release

EVENT_LENGTH = datetime.timedelta(minutes=15)


def write(releases: Iterable[Release], site: str, now: datetime.datetime) -> bytes:
    """Return the calendar, with links to the admin at the origin `site`."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Pressroom//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Press releases")
    for release in releases:
        calendar.add_component(_event(release, site, now))
    return bytes(calendar.to_ical())


def _event(release: Release, site: str, now: datetime.datetime) -> icalendar.Event:
    assert release.release_at is not None  # approved
    event = icalendar.Event()
    event.add("uid", f"release-{release.pk}@{FeedAuthority.current()}")
    event.add("dtstamp", release.updated_at)
    event.add("dtstart", release.release_at.astimezone(datetime.UTC))
    event.add("duration", EVENT_LENGTH)
    state = "Public" if release.is_published(now) else "Under embargo"
    event.add("summary", f"{state}: {release.title}")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("url", site + reverse("admin:releases_release_change", args=[release.pk]))
    return event
