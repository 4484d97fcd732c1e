"""Outbox of versions to announce, written in the transaction of the action."""

from __future__ import annotations

import datetime

from releases.models import Announcement, Release, Version

Kind = Version.Kind
# Approving for “now” takes two readings of the clock.
SLACK = datetime.timedelta(minutes=1)


def announce(row: Release, version: Version) -> None:
    """Queue the version for alerts and calls once the public may see it, unless it is a minor edit
    or backdated."""
    if version.kind == Kind.MINOR or _is_backdated(row, version):
        return
    Announcement.objects.create(release=row, version=version, kind=version.kind)


def _is_backdated(row: Release, version: Version) -> bool:
    if version.kind != Kind.ISSUED or row.release_at is None:
        return False
    return row.release_at < version.at - SLACK
