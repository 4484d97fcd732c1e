"""A release's social cards: its title as a picture, and its lead image."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from pressroom.infra import colors, office
from pressroom.infra.http.throttling import cost
from releases.media import cards
from releases.models import Image, Release
from releases.web import http_caching
from releases.web.views.media import missing_is_404


@cost(5)
@require_safe
def card(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send a PNG of 1200 × 630 pixels, drawn only if the client's copy is stale."""
    release = get_object_or_404(Release.objects.published(timezone.now()), number=number)
    assert release.date is not None  # published releases have a date
    date = date_format(release.date, "F j, Y")
    shown = office.current()
    words = (release.title, number, date, shown.name, shown.color or colors.DEFAULT)
    return http_caching.conditional_response(
        request,
        lambda: HttpResponse(cards.draw(*words), content_type="image/png"),
        etag=http_caching.make_etag(cards.CARD_VERSION, *words),
    )


@cost(5)
@require_safe
def lead_card(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the lead image as a JPEG of 1200 × 630 pixels, cropped around its focal point."""
    published = Release.objects.published(timezone.now()).filter(number=number)
    image = get_object_or_404(Image, release__in=published, is_lead=True)
    source = cards.source(image)
    state = (cards.LEAD_CARD_VERSION, source.sha256, str(image.focus))

    def make() -> HttpResponse:
        with missing_is_404():
            return HttpResponse(cards.crop(image), content_type="image/jpeg")

    return http_caching.conditional_response(request, make, etag=http_caching.make_etag(*state))
