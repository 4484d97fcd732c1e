"""robots.txt (RFC 9309)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pressroom.infra.office import origin

# Each search and filter has an address. What they list is in the sitemap.
COMBINATIONS = (
    *("/search/?", "/*/search/?", "/feeds/*?", "/api/*?"),
    *("/alerts/?", "/*/alerts/?", "/alerts/*/", "/*/alerts/*/"),
)


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Let crawlers fetch everything but the admin, and lists that readers put together."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(f"Disallow: {path}" for path in COMBINATIONS),
        "",
        f"Sitemap: {origin(request)}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), "text/plain; charset=utf-8")
