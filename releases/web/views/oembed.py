"""oEmbed (https://oembed.com)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra import office
from pressroom.infra.office import origin
from releases.output.edition import Edition
from releases.web import http_caching
from releases.web.on_record import public_or_404

EMBED_WIDTH = 600  # pixels; the embedded HTML adapts to any width
NOT_IMPLEMENTED = 501


@require_safe
def oembed(request: HttpRequest) -> HttpResponseBase:
    """Answer an oEmbed request for a release of this site; 404 for any other address."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only format=json.\n", "text/plain", status=NOT_IMPLEMENTED)
    number = _number_at(request, request.GET.get("url", ""))
    edition = Edition.of(public_or_404(number, timezone.now()), origin(request))
    card = edition.lead_card or edition.site + reverse("card", args=[number])
    data = {
        "version": "1.0",
        "type": "rich",
        "title": edition.title,
        "author_name": office.current().name,
        "provider_name": office.current().name,
        "provider_url": f"{edition.site}/",
        "thumbnail_url": card,
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
        "html": render_to_string("oembed.html", {"edition": edition}),
        "width": EMBED_WIDTH,
        "height": None,
    }
    etag = http_caching.make_etag("oembed", edition.fingerprint())
    return http_caching.conditional_response(request, lambda: JsonResponse(data), etag=etag)


def _number_at(request: HttpRequest, url: str) -> str:
    """Return the number of the release at a URL of this site. Raises Http404 for any other."""
    try:
        parts = urlsplit(url)
        if parts.netloc not in {request.get_host(), urlsplit(origin(request)).netloc}:
            raise Http404("That URL belongs to another site.")
        return resolve(parts.path).kwargs["number"]
    except (ValueError, Resolver404, KeyError) as error:
        raise Http404("There is no release at that address.") from error
