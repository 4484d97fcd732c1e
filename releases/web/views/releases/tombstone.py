"""Tombstone: the page, without its text, of a release that was removed or blocked by law."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from releases.models import Release

GONE = 410
BLOCKED_BY_LAW = 451  # RFC 7725


def tombstone(request: HttpRequest, release: Release) -> HttpResponse:
    """Show number, reason and date, without the text: 410 or 451."""
    is_blocked = release.status == Release.Status.BLOCKED
    status = BLOCKED_BY_LAW if is_blocked else GONE
    last_version = release.versions.last()
    return render(
        request,
        "releases/tombstone.html",
        {"release": release, "is_blocked": is_blocked, "last": last_version},
        status=status,
    )
