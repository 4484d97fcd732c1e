"""Addresses under /.well-known/ (RFC 8615)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra.office import origin

EXPIRES_AFTER = datetime.timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Name the contact for vulnerability reports (RFC 9116); 404 without SECURITY_CONTACT."""
    if not settings.SECURITY_CONTACT:
        raise Http404("SECURITY_CONTACT is not set.")
    expires = (timezone.now() + EXPIRES_AFTER).date()
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        f"Canonical: {origin(request)}{request.path}",
        "Preferred-Languages: en, es",
        "",
    ]
    return HttpResponse("\n".join(lines), "text/plain; charset=utf-8")


@require_safe
def indexnow_key(request: HttpRequest) -> HttpResponse:
    """Show search engines the key that our pings name; 404 without INDEXNOW_KEY."""
    if not settings.INDEXNOW_KEY:
        raise Http404("INDEXNOW_KEY is not set.")
    return HttpResponse(settings.INDEXNOW_KEY, "text/plain; charset=utf-8")
