"""A release's social card."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from releases.media import card as cards
from releases.models import Release
from releases.web import http_caching


@cost(5)
@require_safe
def card(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send a PNG of 1200 × 630 pixels, drawn only if the client's copy is stale."""
    release = get_object_or_404(Release.objects.published(timezone.now()), number=number)
    assert release.date is not None  # published releases have a date
    date = date_format(release.date, "F j, Y")
    words = (release.title, number, date, settings.OFFICE_NAME)
    return http_caching.conditional_response(
        request,
        lambda: HttpResponse(cards.draw(*words), content_type="image/png"),
        etag=http_caching.make_etag(cards.FORMAT_VERSION, *words),
    )
