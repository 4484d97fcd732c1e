"""A release's media kit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.media import kit as kits
from releases.output import renditions
from releases.output.edition import Edition
from releases.web import http_caching
from releases.web.on_record import public_or_404
from releases.web.views.media import missing_is_404


@cost(20)
@require_safe
def kit(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send text, full-size images, documents, credits and checksums as one ZIP file."""
    release = public_or_404(number, timezone.now())
    assert release.release_at is not None  # published releases have one
    text = renditions.RENDITIONS["txt"].make(Edition.of(release, origin(request)))
    moment, entries = release.release_at, kits.entries(release, text)
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{number}-media-kit.zip"',
    }

    def make() -> HttpResponseBase:
        if request.method == "HEAD":  # packing reads every file
            return HttpResponse(headers=headers)
        with missing_is_404():
            kits.require_files(entries)
        return StreamingHttpResponse(kits.pack(entries, moment), headers=headers)

    return http_caching.conditional_response(
        request, make, etag=http_caching.make_etag(kits.fingerprint(entries), moment.isoformat())
    )
