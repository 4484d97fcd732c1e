"""What stands before Django: it gives kept answers again, and makes no request of what is asked.

docs/caching.md tells why what is given again is what would be made, then or just before.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from django.core.handlers.wsgi import get_path_info
from django.utils import timezone
from django.utils.http import parse_etags

from pressroom.infra import logs
from pressroom.infra.db import replicas
from releases.web.response_cache.store import Kept, kept_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FOR_WHAT_IS_OLD = {"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}  # too seldom to be answered here
# What a short answer does not say (RFC 9110, 15.4.5).
OF_THE_BODY = {"Content-Type", "Content-Length", "Content-Disposition", "Content-Language"}


class Answer(NamedTuple):
    """What is sent."""

    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes


class Front:
    """A WSGI application (PEP 3333) before another, which makes what is not given again."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.monotonic()
        answer = _given_again(environ, timezone.now())
        if not answer:
            return self.application(environ, start_response)
        status, headers, body = answer
        request_id = logs.begin(environ.get("HTTP_X_REQUEST_ID", ""))
        logs.note_end("GET", get_path_info(environ), status, started)
        start_response(f"{status:d} {status.phrase}", [*headers, (logs.REQUEST_ID, request_id)])
        return [body]


def _given_again(environ: WSGIEnvironment, now: datetime.datetime) -> Answer | None:
    with replicas.reading(replicas.REPLICA) if replicas.is_read() else nullcontext():
        kept = kept_for(environ, now)
    if not kept or not FOR_WHAT_IS_OLD.isdisjoint(environ):
        return None
    if _has(environ, kept):
        short = [pair for pair in _headers(kept, now) if pair[0] not in OF_THE_BODY]
        return Answer(HTTPStatus.NOT_MODIFIED, short, b"")
    if kept.body is None:
        return None
    return Answer(HTTPStatus.OK, _headers(kept, now), kept.body)


def _has(environ: WSGIEnvironment, kept: Kept) -> bool:
    """Whether who asks has it already, by its tag (RFC 9110, 13.1.2)."""
    had = {tag.removeprefix("W/") for tag in parse_etags(environ.get("HTTP_IF_NONE_MATCH", ""))}
    return not had.isdisjoint({"*", kept.headers["ETag"].removeprefix("W/")})


def _headers(kept: Kept, now: datetime.datetime) -> list[tuple[str, str]]:
    say = kept.offer.cache_control
    return list((kept.headers | {"Cache-Control": say(now)} if say else kept.headers).items())
