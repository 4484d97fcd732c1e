"""robots.txt (RFC 9309)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pressroom.infra.office import origin


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Let crawlers fetch everything but the admin."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "",
        f"Sitemap: {origin(request)}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), "text/plain; charset=utf-8")
