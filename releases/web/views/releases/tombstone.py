"""What answers for a release that was taken down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from releases.models import Release

GONE = 410
BLOCKED_BY_LAW = 451  # RFC 7725


def tombstone(request: HttpRequest, release: Release) -> HttpResponse:
    """What is left of a release that was removed, or blocked by law: nothing of its text."""
    is_blocked = release.status == Release.Status.BLOCKED
    status = BLOCKED_BY_LAW if is_blocked else GONE
    taken_down_at = release.versions.last()
    return render(
        request,
        "releases/tombstone.html",
        {"release": release, "is_blocked": is_blocked, "last": taken_down_at},
        status=status,
    )
