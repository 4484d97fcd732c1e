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
SECONDS = 10  # that a list is shown by caches without asking
LIFT_KNOWN = 60  # seconds that the next lift is remembered
WHILE_DOWN = 300  # seconds more that they show it while the site is down

View = Callable[..., HttpResponseBase]


def etag_of(*parts: str) -> str:
    """An ETag that stands for all these parts."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f'"{digest[:32]}"'


def answer(
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


def page(view: View) -> View:
    """The view of a release's page: caches keep it, and ask each time whether it still stands."""
    return _conditional(view, lambda now: PUBLIC)


def listing(view: View) -> View:
    """The view of a list: caches show it for some seconds without asking, and some minutes while
    the site is down; never past the next lift of an embargo."""
    return _conditional(view, _brief)


def own(view: View) -> View:
    """A view that says all this itself, as with `answer`; who has its answer gets the short one."""
    return _conditional(view, None)


def _conditional(view: View, cache_control: store.CacheControl | None) -> View:
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
            store.offer(response, store.Offer(state, cache_control))
        return response

    return conditional


def _is_page(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether it was made whole, and the view has not said how it is kept."""
    whole = isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK
    return whole and "ETag" not in response.headers


def _brief(now: datetime.datetime) -> str:
    """Nothing is shown past the end of the minute, when embargoes lift: so these seconds tell
    nothing. Of one that lifts off the minute they tell only in its last seconds."""
    minute = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    lift = cache.get_or_set("next-lift", lambda: _next_lift(now), LIFT_KNOWN) or minute
    left = max(int((min(lift, minute) - now).total_seconds()), 0)
    return f"public, max-age={min(SECONDS, left)}, stale-if-error={WHILE_DOWN}"


def _next_lift(now: datetime.datetime) -> datetime.datetime:
    lifts = Release.objects.filter(status=Release.Status.APPROVED, release_at__gt=now)
    return lifts.order_by("release_at").values_list("release_at", flat=True).first() or NEVER
