"""Descriptions of a release's status, with times in the office's zone and UTC."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timesince import timeuntil

from releases import publishing
from releases.models import Release

Status = Release.Status
OPEN_STATUSES = (Status.DRAFT, Status.IN_REVIEW)
# CSS class and word of the badge by status; that of an approved release depends on the time.
BADGES = {
    Status.DRAFT: ("draft", "Draft"),
    Status.IN_REVIEW: ("review", "In review"),
    Status.WITHDRAWN: ("withdrawn", "Withdrawn"),
    Status.REMOVED: ("removed", "Removed"),
    Status.BLOCKED: ("blocked", "Blocked"),
}


def describe_status(release: Release, at: datetime.datetime) -> str:
    """Return the status at the moment `at`, with the end of the embargo if there is one."""
    if release.release_at and release.is_embargoed(at):
        return (
            f"approved, under embargo until {format_moment(release.release_at)}, "
            f"in {timeuntil(release.release_at, at)}"
        )
    if release.is_published(at):
        return f"public since {format_moment(release.release_at)}"
    if release.proposed_release_at and release.status in OPEN_STATUSES:
        proposed = format_moment(release.proposed_release_at)
        return f"{release.get_status_display()}, proposed for {proposed}"
    return release.get_status_display()


def format_moment(at: datetime.datetime | None) -> str:
    """Return the time as "Thursday, May 16, 2024, 9 a.m. PDT (16:00 UTC)"; "–" for None."""
    return publishing.format_moment(at) if at else "–"


def badge(release: Release, at: datetime.datetime) -> str:
    """Return the state at `at` as a badge of one word."""
    approved = (
        ("published", "Published") if release.is_published(at) else ("embargoed", "Embargoed")
    )
    kind, word = BADGES.get(Status(release.status), approved)
    return format_html('<span class="badge badge--{}">{}</span>', kind, word)


def short_moment(release: Release, at: datetime.datetime) -> str:
    """Return when it becomes or became public, in the office's zone; else its printed date."""
    moment = release.release_at or release.proposed_release_at
    if moment is None:
        return _noted(date_format(release.date, "M j, Y"), "as printed") if release.date else "–"
    local = timezone.localtime(moment)
    note = date_format(local, "P T")
    if release.is_embargoed(at):
        note += f", in {timeuntil(moment, at, depth=1)}"
    elif release.status in OPEN_STATUSES:
        note += ", proposed"
    return _noted(_time(local, date_format(local, "M j, Y")), note)


def short_time(at: datetime.datetime, now: datetime.datetime) -> str:
    """Return the time of day if it is on the day of `now`, else the date."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    pattern = "P" if local.date() == today else "M j" if local.year == today.year else "M j, Y"
    return _time(local, date_format(local, pattern))


def _time(local: datetime.datetime, text: str) -> str:
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)


def _noted(text: str, note: str) -> str:
    return format_html('{} <span class="note">{}</span>', text, note)
