"""Citations of a release."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from releases.models import Release
from releases.output.citations import cite
from releases.output.renditions import download_links
from releases.web.views.releases.renditions import requested_edition
from releases.web.views.releases.tombstone import tombstone


def page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the citations of version `v`, else of the latest, and files for reference managers."""
    releases = Release.objects.on_record(timezone.now()).for_editions()
    release = get_object_or_404(releases, number=number)
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
