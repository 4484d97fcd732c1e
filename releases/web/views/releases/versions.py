"""A release's history, one version, and what changed between two."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pressroom.infra.http.throttling import cost
from releases.content import diffing
from releases.models import Release
from releases.web.views.releases.tombstone import tombstone


def history(request: HttpRequest, number: str) -> HttpResponse:
    """List every version that has been public, newest first."""
    release = _on_record(number)
    if release.is_taken_down:
        return tombstone(request, release)
    # A snapshot is the full text of a version.
    versions = list(release.versions.public().defer("snapshot").reverse())
    context = {"release": release, "versions": versions, "first": versions[-1]}
    return render(request, "releases/versions/history.html", context)


def version(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """Show a version that has been public."""
    release = _on_record(number)
    if release.is_taken_down:
        return tombstone(request, release)
    public = list(release.versions.public().defer("snapshot"))
    context = {
        "release": release,
        "version": get_object_or_404(release.versions.public(), number=version),
        "first": public[0],
        "latest": public[-1],
    }
    return render(request, "releases/versions/version.html", context)


@cost(20)
def comparison(request: HttpRequest, number: str, pair: tuple[int, int]) -> HttpResponse:
    """Show what the later of two versions changed, word by word."""
    release = _on_record(number)
    if release.is_taken_down:
        return tombstone(request, release)
    found = {row.number: row for row in release.versions.public().filter(number__in=pair)}
    if len(found) < 2:
        raise Http404("There are no such versions.")
    before, after = found[pair[0]], found[pair[1]]
    changes = diffing.compare(before.snapshot, after.snapshot)
    context = {
        "release": release,
        "before": before,
        "after": after,
        "changes": changes,
        "words": diffing.sum_changed_words(changes),
    }
    return render(request, "releases/versions/comparison.html", context)


def _on_record(number: str) -> Release:
    return get_object_or_404(Release.objects.on_record(timezone.now()), number=number)
