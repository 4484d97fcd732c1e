"""What an answer says of its keeping, and the short answer for who has it already.

docs/caching.md tells which page is kept for how long, and why that is safe.
"""

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
from releases.web.response_cache import store

# Kept by caches, but asked for again each time: a withdrawal holds at once.
PUBLIC = "public, no-cache"
PRIVATE = "private, no-store"
NEVER = datetime.datetime.max.replace(tzinfo=datetime.UTC)
LISTING_MAX_AGE = 10  # that a list is shown by caches without asking
NEXT_LIFT_TTL = 60  # seconds that the next lift is remembered
STALE_IF_ERROR = 300  # seconds more that they show it while the site is down

View = Callable[..., HttpResponseBase]


def make_etag(*parts: str) -> str:
    """An ETag that stands for all these parts."""
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
    """304 or 412 where the request's conditions say so, else what `make` makes.

    `etag` is quoted; `modified` is in seconds since 1970. Either answer carries them. Only a file
    that never changes has a `modified`: of anything else no date moves on with each withdrawal, new
    topic or new address, and who asks by the date alone would be told that nothing changed.
    """
    response = get_conditional_response(request, etag, modified) or make()
    response["ETag"] = etag
    response["Cache-Control"] = caching
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    if caching == PUBLIC:
        # Feed readers and newspapers show it on pages of theirs, and scripts of theirs read it.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Access-Control-Allow-Origin"] = "*"
    return response


def cached_page(view: View) -> View:
    """The view of a release's page: caches keep it, and ask each time whether it still stands."""
    return _with_caching(view, lambda now: PUBLIC)


def cached_listing(view: View) -> View:
    """The view of a list: caches show it for some seconds without asking, and some minutes while
    the site is down; never past the next lift of an embargo."""
    return _with_caching(view, _listing_cache_control)


def sets_own_caching(view: View) -> View:
    """Mark a view that sets its own caching headers; answer 304 where the ETag matches."""
    return _with_caching(view, None)


def _with_caching(view: View, cache_control: store.CacheControl | None) -> View:
    """Its pages get an ETag: a digest of what they print. While nothing at all has changed they are
    given again as they were made."""

    @wraps(view)
    def conditional(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = timezone.now()
        state = store.state(request, now)
        response = view(request, *args, **kwargs)
        if cache_control and _is_page(response):
            etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response["ETag"], response["Cache-Control"] = etag, cache_control(now)
            response = get_conditional_response(request, etag, response=response) or response
        if state and "ETag" in response.headers:
            store.set_cache_policy(response, store.CachePolicy(state, cache_control))
        return response

    return conditional


def _is_page(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether it was made whole, and the view has not said how it is kept."""
    whole = isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK
    return whole and "ETag" not in response.headers


def _listing_cache_control(now: datetime.datetime) -> str:
    """Nothing is shown past the end of the minute, when embargoes lift: so these seconds tell
    nothing. Of one that lifts off the minute they tell only in its last seconds."""
    minute = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    lift = cache.get_or_set("next-lift", lambda: _next_lift(now), NEXT_LIFT_TTL) or minute
    left = max(int((min(lift, minute) - now).total_seconds()), 0)
    return f"public, max-age={min(LISTING_MAX_AGE, left)}, stale-if-error={STALE_IF_ERROR}"


def _next_lift(now: datetime.datetime) -> datetime.datetime:
    lifts = Release.objects.filter(status=Release.Status.APPROVED, release_at__gt=now)
    return lifts.order_by("release_at").values_list("release_at", flat=True).first() or NEVER
