"""A release's own page, at its permalink."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from releases.models import Release
from releases.search.learning import similar_to


def by_number(request: HttpRequest, number: str) -> HttpResponse:
    """The short address: to the permalink, for good."""
    release = get_object_or_404(Release.objects.on_record(timezone.now()), number=number)
    return redirect(release, permanent=True)


def page(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """The release; any other slug than its own goes to the permalink, for good."""
    releases = Release.objects.on_record(timezone.now()).for_page().select_related("likeness")
    release = get_object_or_404(releases, number=number)
    if slug != release.slug:
        return redirect(release, permanent=True)
    if release.status == Release.Status.REMOVED:
        return render(request, "releases/tombstone.html", {"release": release}, status=410)
    permalink = request.build_absolute_uri(release.get_absolute_url())
    context = {
        "release": release,
        "permalink": permalink,
        "similar": similar_to(release, timezone.now()),
    }
    return render(request, "releases/release.html", context)
