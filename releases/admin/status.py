"""Descriptions of a release's status, with times in the office's zone and UTC."""

from __future__ import annotations

import datetime

from django.utils.timesince import timeuntil

from releases import publishing
from releases.models import Release

OPEN_STATUSES = (Release.Status.DRAFT, Release.Status.IN_REVIEW)


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
