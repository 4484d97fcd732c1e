"""What an answer says of its keeping, and the short answer for who has it already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

# Kept by caches, but asked for again each time: a withdrawal holds at once.
PUBLIC = "public, no-cache"
PRIVATE = "private, no-store"


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

    `etag` is quoted; `modified` is in seconds since 1970. Either answer carries them.
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
