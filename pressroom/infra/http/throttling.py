"""What a visitor may cost: the size of a request, and how many dear answers a minute."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from pressroom.infra import office
from pressroom.infra.http.client_ip import client_address

MAX_PUBLIC_BODY = 64 * 1024  # bytes of a request's body: the public has nothing to send
MAX_STAFF_BODY = 210 * 1024 * 1024  # some files of 50 megabytes, and a form
WINDOW = 60  # seconds
ALLOWANCE = 600  # points an address has for a window, in all that shares the cache of counts

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def cost(points: int | Callable[..., int]) -> Callable[[View], View]:
    """Charge the client for each call of the view: about one point per 10 ms of work.

    A callable computes the points from the keyword arguments of the route.
    """

    def mark(view: View) -> View:
        view.throttle_cost = points  # type: ignore[attr-defined]
        return view

    return mark


class SizeLimitMiddleware:
    """Refuses a body that is larger than anything here takes, before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        largest = MAX_STAFF_BODY if request.path.startswith("/admin/") else MAX_PUBLIC_BODY
        if not length.isdecimal() or int(length) > largest:
            sentence = f"A request to this address has {largest:,} bytes at most.\n"
            return HttpResponse(sentence, "text/plain; charset=utf-8", 413)
        return self.get_response(request)


class ThrottleMiddleware:
    """Answers 429 to an address that has used up its allowance of dear answers for this minute.

    Nobody's requests count for somebody else: the address is what the connection, or our front,
    says, an IPv6 network of 64 bits as one. This machine's own is not counted: it may be a front
    that all visitors come through. Views without `@cost` are never throttled.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Django calls it when the route is known."""
        points = getattr(view, "throttle_cost", 0)
        points = points(**kwargs) if callable(points) else points
        visitor = _client_key(request)
        if not (points and visitor):
            return None
        window, passed = divmod(time.time(), WINDOW)
        used = _consume(f"{visitor}@{window:.0f}", points)
        return _too_many_requests(request, WINDOW - int(passed)) if used > ALLOWANCE else None


def _client_key(request: HttpRequest) -> str | None:
    """None for who is not counted."""
    if (known := client_address(request)) is None:
        return None
    address = ipaddress.ip_address(known)
    if address.is_loopback:
        return None
    return str(
        ipaddress.ip_network(f"{address}/{64 if address.version == 6 else 32}", strict=False)
    )


def _consume(key: str, points: int) -> int:
    """Count the points; returns what was used in all."""
    counts = caches["throttle"]
    counts.add(key, 0, WINDOW)
    try:
        return counts.incr(key, points)
    except ValueError:  # evicted meanwhile: many others ask
        return points


def _too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        detail = f"That was much for a minute: go on in {seconds} seconds."
        problem = {"type": "about:blank", "title": "Too many", "status": 429, "detail": detail}
        response = HttpResponse(json.dumps(problem), "application/problem+json", 429)
    else:
        context = {**office.context(request), "seconds": seconds}
        response = HttpResponse(render_to_string("429.html", context), status=429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
