"""Django middleware that stores responses, and WSGI middleware that serves them before Django."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.handlers.wsgi import get_path_info
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.http import parse_etags

from pressroom.infra import logs
from pressroom.infra.db import replicas
from releases.web.response_cache.policy import request_key
from releases.web.response_cache.store import CachedResponse, responses, to_cached_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNSUPPORTED_CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}  # rare: left to Django
# A 304 omits these (RFC 9110, 15.4.5).
BODY_HEADERS = {"Content-Type", "Content-Length", "Content-Disposition", "Content-Language"}


class WSGIResponse(NamedTuple):
    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes


class ResponseCacheMiddleware:
    """Store the responses whose views set a cache policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (key := request_key(request.META)) and (cached := to_cached_response(response)):
            responses.store(key, cached)
        return response


class CacheWSGIMiddleware:
    """Serve a cached response, or pass the request to the wrapped application (PEP 3333)."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.monotonic()
        response = _cached_response(environ, timezone.now())
        if not response:
            return self.application(environ, start_response)
        status, headers, body = response
        request_id = logs.start_request(environ.get("HTTP_X_REQUEST_ID", ""))
        logs.log_request("GET", get_path_info(environ), status, started)
        start_response(f"{status:d} {status.phrase}", [*headers, (logs.REQUEST_ID, request_id)])
        return [body]


def _cached_response(environ: WSGIEnvironment, now: datetime.datetime) -> WSGIResponse | None:
    # The state is compared with that of the database which would answer.
    with replicas.read_from(replicas.REPLICA) if replicas.is_in_use() else nullcontext():
        cached = _find_cached_response(environ, now)
    if not cached or not UNSUPPORTED_CONDITIONS.isdisjoint(environ):
        return None
    if _client_has(environ, cached):
        headers = [pair for pair in _headers(cached, now) if pair[0] not in BODY_HEADERS]
        return WSGIResponse(HTTPStatus.NOT_MODIFIED, headers, b"")
    if cached.body is None:
        return None
    return WSGIResponse(HTTPStatus.OK, _headers(cached, now), cached.body)


def _find_cached_response(
    environ: Mapping[str, Any], at: datetime.datetime
) -> CachedResponse | None:
    key = request_key(environ)
    cached = responses.find(key) if key else None
    return cached if cached and cached.cache_policy.state.is_current(at) else None


def _client_has(environ: WSGIEnvironment, cached: CachedResponse) -> bool:
    # If-None-Match compares weakly (RFC 9110, 13.1.2).
    tags = {tag.removeprefix("W/") for tag in parse_etags(environ.get("HTTP_IF_NONE_MATCH", ""))}
    return not tags.isdisjoint({"*", cached.headers["ETag"].removeprefix("W/")})


def _headers(cached: CachedResponse, now: datetime.datetime) -> list[tuple[str, str]]:
    cache_control = cached.cache_policy.cache_control
    headers = cached.headers
    if cache_control:
        headers = headers | {"Cache-Control": cache_control(now)}
    return list(headers.items())
