"""Private previews of releases under embargo, one link for each recipient."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra.office import origin
from releases import publishing
from releases.models import PreviewLink, Release
from releases.models.files import ORIGINAL, ReleaseFile
from releases.web import http_caching
from releases.web.views.media import send_file

# The URL grants access, so keep it out of caches, referrers and search engines.
HEADERS = {
    "Cache-Control": http_caching.PRIVATE,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, noarchive",
}


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the release as it will look; redirect to its permalink once it is public."""
    link = _active_link(token)
    if link.release.is_published():
        return _with_private_headers(redirect(link.release))
    release = link.release
    for file in [*release.images.all(), *release.attachments.all()]:
        file.base_path = _files_path(token)
    now = timezone.now()
    permalink = origin(request) + release.permanent_path
    context = {"release": release, "permalink": permalink, "link": link}
    # A GET that writes: staff see who opened their link, and when.
    publishing.record_preview_use(link, now)
    return _with_private_headers(render(request, "preview.html", context))


@require_safe
def file(request: HttpRequest, token: str, key: str, name: str) -> HttpResponseBase:
    """Send a file of the release, but never an original: its metadata may reveal a location."""
    link = _active_link(token)
    rows: list[Any] = [*link.release.images.all(), *link.release.attachments.all()]
    row: ReleaseFile | None = next((each for each in rows if each.key == key), None)
    if row is None or name == ORIGINAL:
        raise Http404("No such file.")
    if link.release.is_published():
        return _with_private_headers(redirect(row.address(name)))
    row.base_path = _files_path(token)
    response = send_file(request, row, name, http_caching.PRIVATE)
    publishing.record_preview_use(link, timezone.now(), name)
    return _with_private_headers(response)


def _active_link(token: str) -> PreviewLink:
    """Return the link with its release loaded for the page.

    Raises Http404 if the token is unknown, revoked or expired, or the release is not approved.
    """
    links = PreviewLink.objects.active(timezone.now())
    link = get_object_or_404(links, digest=PreviewLink.digest_of(token))
    releases = Release.objects.for_page().select_related("similar_releases")
    link.release = get_object_or_404(releases, pk=link.release_id, status=Release.Status.APPROVED)
    return link


def _files_path(token: str) -> str:
    return f"{reverse('preview', args=[token])}files/"


def _with_private_headers(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in HEADERS.items():
        response[name] = value
    return response
