"""Django middleware that stores responses, and WSGI middleware that serves them before Django."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.handlers.wsgi import get_path_info
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from pressroom.infra import logs
from pressroom.infra.db import replicas
from releases.web.response_cache import encoding, shared
from releases.web.response_cache.policy import RequestKey, request_key
from releases.web.response_cache.shared import StoredResponse
from releases.web.response_cache.store import (
    CachedResponse,
    is_cacheable,
    responses,
    to_cached_response,
)
from releases.web.response_cache.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNSUPPORTED_CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}  # rare: left to Django
# A 304 omits these (RFC 9110, 15.4.5).
BODY_HEADERS = {
    *("Content-Type", "Content-Length", "Content-Disposition", "Content-Language"),
    "Content-Encoding",
}

# In the environment of requests that nobody made: their responses are kept in the file of all
# processes, where they displace no others.
AHEAD = "pressroom.ahead"


class WSGIResponse(NamedTuple):
    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes


class ResponseCacheMiddleware:
    """Store the responses whose views set a cache policy, and compress them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (key := request_key(request.META)) and is_cacheable(response):
            if encoding.is_compressible(response.headers):
                patch_vary_headers(response, [encoding.VARY])
            _store(request.META, key, response)
        return response


def _store(environ: Mapping[str, Any], key: RequestKey, response: HttpResponse) -> None:
    """Store the response for the process and the machine, and encode it for its client."""
    cached, is_ahead = to_cached_response(response), AHEAD in environ
    if stored := StoredResponse.of(cached):
        cached = stored.encoded(encoding.accepts_gzip(environ))
        shared.store(key, stored, may_evict=not is_ahead)
    if not is_ahead:
        responses.store(_encoded_key(environ, key), cached)
    if "Content-Encoding" in cached.headers and cached.body is not None:
        response.content = cached.body
        for name, value in cached.headers.items():
            response[name] = value


def _encoded_key(environ: Mapping[str, Any], key: RequestKey) -> RequestKey:
    return (*key, "gzip" if encoding.accepts_gzip(environ) else None)


class CacheWSGIMiddleware:
    """Serve a cached response, or pass the request to the wrapped application (PEP 3333)."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.monotonic()
        if response := _cached_response(environ, timezone.now()):
            return _send(response, environ, start_response, started)
        with _rendering.turn(_stale_key(environ)) as has_waited:
            if has_waited and (response := _cached_response(environ, timezone.now())):
                return _send(response, environ, start_response, started)
            return self.application(environ, start_response)


_rendering = Turns()


def _stale_key(environ: WSGIEnvironment) -> RequestKey | None:
    """Return the key of a response that was cached before, so that it will be again."""
    key = request_key(environ)
    cached = responses.find(_encoded_key(environ, key)) if key else None
    return key if cached and cached.body is not None else None


def _send(
    response: WSGIResponse,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    started: float,
) -> Iterable[bytes]:
    status, headers, body = response
    request_id = logs.start_request(environ.get("HTTP_X_REQUEST_ID", ""))
    logs.log_request("GET", get_path_info(environ), status, started)
    start_response(f"{status:d} {status.phrase}", [*headers, (logs.REQUEST_ID, request_id)])
    return [body]


def _cached_response(environ: WSGIEnvironment, now: datetime.datetime) -> WSGIResponse | None:
    if not (key := request_key(environ)) or not UNSUPPORTED_CONDITIONS.isdisjoint(environ):
        return None
    encoded = _encoded_key(environ, key)
    # The state is compared with that of the database which would answer.
    with replicas.read_from(replicas.REPLICA) if replicas.is_in_use() else nullcontext():
        found = None if AHEAD in environ else _from_process(environ, encoded, now)
        return found or _from_machine(environ, encoded, now)


def _from_process(
    environ: WSGIEnvironment, encoded: RequestKey, now: datetime.datetime
) -> WSGIResponse | None:
    cached = responses.find(encoded)
    if not cached or not cached.cache_policy.validity.is_current(now):
        return None
    return _answer(environ, cached, now)


def _from_machine(
    environ: WSGIEnvironment, encoded: RequestKey, now: datetime.datetime
) -> WSGIResponse | None:
    """Return a response that another process made, or this one before a restart."""
    *key, takes_gzip = encoded
    stored = shared.find(tuple(key))
    if not stored or not stored.cache_policy.validity.is_current(now):
        return None
    cached = stored.encoded(takes_gzip is not None)
    if AHEAD not in environ:
        responses.offer(encoded, cached)
    return _answer(environ, cached, now)


def _answer(
    environ: WSGIEnvironment, cached: CachedResponse, now: datetime.datetime
) -> WSGIResponse | None:
    """Return the response, or 304; None if the client needs a body that is not cached."""
    headers = cached.cache_policy.headers(cached.headers, now)
    if _client_has(environ, cached):
        short = [pair for pair in headers.items() if pair[0] not in BODY_HEADERS]
        return WSGIResponse(HTTPStatus.NOT_MODIFIED, short, b"")
    if cached.body is None:
        return None
    return WSGIResponse(HTTPStatus.OK, list(headers.items()), cached.body)


def _client_has(environ: WSGIEnvironment, cached: CachedResponse) -> bool:
    if not (given := environ.get("HTTP_IF_NONE_MATCH")):
        return False
    if given == (etag := cached.headers["ETag"]):
        return True  # as nearly all clients send it
    # If-None-Match compares weakly (RFC 9110, 13.1.2).
    tags = {tag.removeprefix("W/") for tag in parse_etags(given)}
    return not tags.isdisjoint({"*", etag.removeprefix("W/")})
