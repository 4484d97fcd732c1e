"""Limits per client: size of a request body, and expensive requests per minute."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pressroom.infra.http.client_ip import client_address

MAX_PUBLIC_BODY = 64 * 1024  # bytes: the public sends only small forms
MAX_STAFF_BODY = 210 * 1024 * 1024  # bytes: four files of 50 MB, and a form
TOO_LARGE = (
    "This is too large: you can send at most {:,} bytes here at once. Go back and choose smaller "
    "files, or send them one at a time."
)
WINDOW = 60  # seconds
ALLOWANCE = 600  # points of one network per window, over all processes that share the cache

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def cost(points: int | Callable[..., int]) -> Callable[[View], View]:
    """Charge the client for each call of the view: about one point per 10 ms of work.

    A callable computes the points from the method and the keyword arguments of the route.
    """

    def mark(view: View) -> View:
        view.throttle_cost = points  # type: ignore[attr-defined]
        return view

    return mark


class SizeLimitMiddleware:
    """Answer 413 to a request body above the limit without reading it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_admin = request.path.startswith(settings.ADMIN_PATH)
        largest = MAX_STAFF_BODY if is_admin else MAX_PUBLIC_BODY
        if not length.isdecimal() or int(length) > largest:
            sentence = (
                TOO_LARGE.format(largest)
                if is_admin
                else _("This form is too long. Go back and shorten what you typed.")
            )
            return HttpResponse(f"{sentence}\n", "text/plain; charset=utf-8", 413)
        return self.get_response(request)


class ThrottleMiddleware:
    """Answer 429 to a client that has used up its allowance of points for this minute.

    A client is an IPv4 address or an IPv6 /64 network. Views without `@cost` are never throttled.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        points = getattr(view, "throttle_cost", 0)
        points = points(method=request.method, **kwargs) if callable(points) else points
        visitor = _client_key(request)
        if not (points and visitor):
            return None
        window, passed = divmod(time.time(), WINDOW)
        used = _consume(f"{visitor}@{window:.0f}", points)
        return _too_many_requests(request, WINDOW - int(passed)) if used > ALLOWANCE else None


def is_exhausted(request: HttpRequest, purpose: str, limit: int, window: int) -> bool:
    """Count a request of the client's network; return whether it made more than `limit` for that
    purpose within the window (seconds)."""
    visitor = _client_key(request)
    if visitor is None:
        return False
    return _consume(f"{purpose}:{visitor}@{time.time() // window:.0f}", 1, window) > limit


def _client_key(request: HttpRequest) -> str | None:
    """Return the client's network; None for a client that is not counted."""
    if (known := client_address(request)) is None:
        return None
    address = ipaddress.ip_address(known)
    # Loopback may be a reverse proxy that all visitors come through.
    if address.is_loopback:
        return None
    return str(
        ipaddress.ip_network(f"{address}/{64 if address.version == 6 else 32}", strict=False)
    )


def _consume(key: str, points: int, window: int = WINDOW) -> int:
    """Add the points to the count at `key`; return the new total."""
    counts = caches["throttle"]
    counts.add(key, 0, window)
    try:
        return counts.incr(key, points)
    except ValueError:  # evicted meanwhile, under load from many networks
        return points


def _too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    response: HttpResponse = import_string(settings.THROTTLED_VIEW)(request, seconds)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
