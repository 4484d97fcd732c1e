"""Cache-Control, ETag and 304 for the public's responses."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeGuard

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from releases.models import Release
from releases.web.response_cache import (
    attach_state,
    cache_controls,
    set_cache_policy,
)

# Caches revalidate each time, so that a withdrawal takes effect at once.
PUBLIC = "public, no-cache"
PRIVATE = "private, no-store"
NEVER = datetime.datetime.max.replace(tzinfo=datetime.UTC)
LISTING_MAX_AGE = 10  # seconds
NEXT_LIFT_TTL = 60  # seconds that a process caches the next lift
STALE_IF_ERROR = 300  # seconds

View = Callable[..., HttpResponseBase]


def make_etag(*parts: str) -> str:
    """Return a quoted strong ETag: a digest of the parts."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f'"{digest[:32]}"'


def conditional_response(
    request: HttpRequest,
    make: Callable[[], HttpResponseBase],
    *,
    etag: str,
    modified: int | None = None,
    caching: str = PUBLIC,
) -> HttpResponseBase:
    """Return 304 or 412 if the request's conditions say so, else `make()`.

    `etag` is quoted; `modified` is in seconds since 1970. Both are set on every response.
    """
    # Pass `modified` only for files that never change. The date of a list does not move when a
    # release is withdrawn: a client that asks by date alone would get a wrong 304.
    response = get_conditional_response(request, etag, modified) or make()
    response["ETag"] = etag
    response["Cache-Control"] = caching
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    if caching == PUBLIC:
        # Feed readers and newspapers embed it, and their scripts read it.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Access-Control-Allow-Origin"] = "*"
    return response


def cached_page(view: View) -> View:
    """Cache a release page; caches revalidate each time."""
    return _with_caching(view, "page")


def cached_listing(view: View) -> View:
    """Cache a listing for seconds, never past the next lift of an embargo."""
    return _with_caching(view, "listing")


def sets_own_caching(view: View) -> View:
    """Mark a view that sets its own caching headers; answer 304 where the ETag matches."""
    return _with_caching(view, None)


def _with_caching(view: View, cache_control: str | None) -> View:
    """Wrap the view: ETag its pages with a digest of their content, and allow caching."""

    @wraps(view)
    def conditional(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = timezone.now()
        attach_state(request, now)
        response = view(request, *args, **kwargs)
        if cache_control and _is_page(response):
            etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response["ETag"], response["Cache-Control"] = etag, cache_controls[cache_control](now)
            response = get_conditional_response(request, etag, response=response) or response
        if "ETag" in response.headers:
            set_cache_policy(request, response, cache_control)
        return response

    return conditional


def _is_page(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Return True for a complete response whose view set no caching headers."""
    is_complete = isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK
    return is_complete and response.headers.keys().isdisjoint({"ETag", "Cache-Control"})


def _listing_cache_control(now: datetime.datetime) -> str:
    # Always expire by the end of the minute, when embargoes lift, so that max-age does not reveal
    # that one is due. An embargo off the minute shows in its last ten seconds only.
    minute = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    lift = cache.get_or_set("next-lift", lambda: _next_lift(now), NEXT_LIFT_TTL) or minute
    seconds = max(int((min(lift, minute) - now).total_seconds()), 0)
    return f"public, max-age={min(LISTING_MAX_AGE, seconds)}, stale-if-error={STALE_IF_ERROR}"


def _next_lift(now: datetime.datetime) -> datetime.datetime:
    lifts = Release.objects.filter(status=Release.Status.APPROVED, release_at__gt=now)
    return lifts.order_by("release_at").values_list("release_at", flat=True).first() or NEVER


cache_controls.update(page=lambda now: PUBLIC, listing=_listing_cache_control)
