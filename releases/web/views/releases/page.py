"""A release's page, at its permalink."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from pressroom.infra.office import origin
from releases.models import Release
from releases.output import event
from releases.output.citations import ap
from releases.output.edition import Edition
from releases.output.related import Related, find_related
from releases.web import rendered_pages
from releases.web.negotiation import ANY, preferred_suffix
from releases.web.on_record import release_or_404
from releases.web.response_cache import set_shown
from releases.web.views.releases import renditions
from releases.web.views.releases.tombstone import tombstone


def by_number(request: HttpRequest, number: str) -> HttpResponse:
    """Redirect permanently from the number alone to the permalink; show a tombstone in place."""
    release = get_object_or_404(Release.objects.on_record(timezone.now()), number=number)
    if release.is_taken_down:
        return tombstone(request, release)
    return redirect(release, permanent=True)


def page(request: HttpRequest, number: str, slug: str) -> HttpResponseBase:
    """Show the release, or the rendition that the Accept header prefers.

    Any other slug redirects permanently to the permalink.
    """
    now = timezone.now()
    suffix = preferred_suffix(request.headers.get("Accept", ANY))
    rendered = None if suffix else rendered_pages.find(request, number, slug, now)
    if rendered:
        set_shown(request, rendered.shown)
        if rendered.html:
            return _vary(HttpResponse(rendered.html))
    release = release_or_404(number, now)
    if release.is_taken_down:
        return tombstone(request, release)
    # Temporary: the release may be reinstated.
    if replacement := release.replacement(now):
        return redirect(replacement)
    if slug != release.slug:
        return redirect(release, permanent=True)
    if suffix:
        return renditions.negotiated_rendition(request, number, suffix)
    related = rendered.related_to(release) if rendered else find_related(release, now)
    response = render(request, "releases/page.html", page_context(request, release, related))
    if rendered:
        rendered_pages.store(rendered, response.content.decode())
    return _vary(response)


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept"])
    return response


def page_context(request: HttpRequest, release: Release, related: Related) -> dict[str, object]:
    edition = Edition.of(release, origin(request))
    return {
        "release": release,
        "edition": edition,
        "number": edition.number,
        "share_link": _share_link(edition),
        "permalink": edition.permalink,
        "history": release.public_versions,
        "related": related,
        "citation": ap(edition),
        "has_event": event.find(edition) is not None,
    }


def _share_link(edition: Edition) -> str:
    """Return a link that writes a mail about the release."""
    title, address = quote(edition.title, safe=""), quote(edition.short_link, safe="")
    return f"mailto:?subject={title}&body={title}%0A{address}"
