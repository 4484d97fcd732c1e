"""Addresses that browsers, feed readers and programs try on any site."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

ICON_MAX_AGE = 86_400  # seconds
FEEDS = {
    "rss": ("feed", "feed/", "rss", "rss/", "feed/rss/", "feed/rss2/", "rss.xml", "feed.xml"),
    "atom": ("atom", "atom/", "feed/atom/", "atom.xml"),
    "json": ("feed.json", "feed/json/"),
}
OTHERS = {
    "api-docs": ("api", "api/", "api/v1/"),
    "sitemap-index": ("sitemap_index.xml", "wp-sitemap.xml", "sitemap"),
    "security": ("security.txt",),
}


def _to(route: str, name: str, **arguments: str) -> URLPattern:
    view = require_safe(RedirectView.as_view(pattern_name=name, permanent=True))
    return path(route, view, arguments)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Send the icon that pages link to."""
    answer = HttpResponse(_icon(), content_type="image/svg+xml")
    answer["Cache-Control"] = f"public, max-age={ICON_MAX_AGE}"
    return answer


@cache
def _icon() -> bytes:
    return (settings.BASE_DIR / "static" / "img" / "icon.svg").read_bytes()


def patterns() -> list[URLPattern]:
    """Return a redirect for each address, and the icon."""
    feeds = [
        _to(route, "feed-releases", kind=kind) for kind, routes in FEEDS.items() for route in routes
    ]
    others = [_to(route, name) for name, routes in OTHERS.items() for route in routes]
    return [*feeds, *others, path("favicon.ico", favicon, name="favicon")]
