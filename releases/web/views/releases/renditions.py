"""A release as text, data, PDF or a citation file, at its number and a suffix."""

from __future__ import annotations

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.models import Release, Version
from releases.output.edition import Edition
from releases.output.renditions import RENDITIONS
from releases.web import http_caching
from releases.web.forms import VersionForm
from releases.web.on_record import release_or_404
from releases.web.views.releases.tombstone import tombstone


@cost(lambda suffix, **_: 20 if suffix in ("pdf", "docx") else 2)
@require_safe
def rendition(request: HttpRequest, number: str, suffix: str) -> HttpResponseBase:
    """Send version `v` of the release, else the latest, in the suffix's format.

    A replaced release redirects to its successor; one taken down shows its tombstone.
    """
    now = timezone.now()
    release = release_or_404(number, now)
    if release.is_taken_down:
        return tombstone(request, release)
    if replacement := release.replacement(now):
        return redirect("rendition", replacement.number, suffix)
    return _send_rendition(request, requested_edition(request, release), suffix)


def negotiated_rendition(request: HttpRequest, number: str, suffix: str) -> HttpResponseBase:
    """Return the rendition for a response that varies on Accept."""
    response = rendition(request, number, suffix)
    patch_vary_headers(response, ["Accept"])
    return response


def requested_edition(request: HttpRequest, release: Release) -> Edition:
    """Return version `v` of the release, else the latest. Raises Http404 if there is none."""
    form = VersionForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such version.")
    try:
        return Edition.of(release, origin(request), form.cleaned_data["v"])
    except Version.DoesNotExist as error:
        raise Http404(str(error)) from error


def _send_rendition(request: HttpRequest, edition: Edition, suffix: str) -> HttpResponseBase:
    row = RENDITIONS[suffix]
    headers = {
        "Content-Type": row.media_type,
        "Content-Disposition": f'inline; filename="{edition.number}.{suffix}"',
        "Content-Location": edition.rendition(suffix),
    }
    etag = http_caching.make_etag(suffix, edition.fingerprint())

    def make() -> HttpResponse:
        # Typesetting a long PDF takes seconds. Access was checked above, so a cache is safe.
        content = caches["shared"].get_or_set(etag, lambda: row.make(edition))
        return HttpResponse(content, headers=headers)

    response = http_caching.conditional_response(request, make, etag=etag)
    response["Link"] = f'<{edition.permalink}>; rel="canonical"'
    return response
