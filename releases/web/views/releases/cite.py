"""Citations of a release."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from releases.output.citations import cite
from releases.output.renditions import download_links
from releases.web.on_record import release_or_404
from releases.web.views.releases.renditions import requested_edition
from releases.web.views.releases.tombstone import tombstone


def page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the citations of version `v`, else of the latest, and files for reference managers."""
    release = release_or_404(number, timezone.now())
    if release.is_taken_down:
        return tombstone(request, release)
    edition = requested_edition(request, release)
    context = {
        "release": release,
        "edition": edition,
        "citations": cite(edition),
        "exports": download_links(edition, citations=True),
    }
    return render(request, "releases/cite.html", context)
