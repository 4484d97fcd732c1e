"""Release of an address that has its number."""

from __future__ import annotations

import datetime

from django.http import Http404

from releases.models import Release
from releases.output import edition


def release_or_404(number: str, at: datetime.datetime) -> Release:
    """Return the release that has a page at `at`, for editions. Raises Http404."""
    try:
        return edition.read_on_record(number, at)
    except Release.DoesNotExist as error:
        raise Http404(str(error)) from error


def public_or_404(number: str, at: datetime.datetime) -> Release:
    """Return the release that is public at `at`, for editions. Raises Http404."""
    release = release_or_404(number, at)
    if not release.is_published(at):
        raise Http404("The release is no longer public.")
    return release
