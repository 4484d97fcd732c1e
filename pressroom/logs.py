"""Log lines as JSON, and one for each request: what was asked, what became of it, how long it took.

Nothing in them says who asked: no address, no words of a search, no name, no key of a preview.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

WELL_FORMED = re.compile(r"[A-Za-z0-9_.-]{8,64}")
SECRET_PART = re.compile(r"(/preview/)[\w-]+")  # the address of a preview is a key

REQUEST_ID = "X-Request-ID"

logger = logging.getLogger("pressroom.requests")
current: ContextVar[str] = ContextVar("current request", default="")


class Lines(logging.Formatter):
    """Lines without the keys of previews."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET_PART.sub(r"\1…", super().format(record))


class JsonLines(logging.Formatter):
    """Each record as one line of JSON; those of a request bear its id."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": current.get() or None,
            "error": self.formatException(record.exc_info) if record.exc_info else None,
            **getattr(record, "said", {}),
        }
        told = {name: value for name, value in line.items() if value is not None}
        return SECRET_PART.sub(r"\1…", json.dumps(told, ensure_ascii=False))


class RequestLogMiddleware:
    """Gives each request an id, or keeps the well-formed one of the front, and logs its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = begin(request.META.get("HTTP_X_REQUEST_ID", ""))
        started = time.monotonic()
        response = self.get_response(request)
        note_end(request.method or "", request.path, response.status_code, started)
        response.headers[REQUEST_ID] = request_id
        return response


def begin(given: str) -> str:
    """The id of the request that begins: what the front gave it, if that is well formed. The lines
    of this thread bear it until the next one's: Django's own line comes after a request's end."""
    request_id = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
    current.set(request_id)
    return request_id


def note_end(method: str, path: str, status: int, started: float) -> None:
    """Log what became of a request that began at that moment of the monotonic clock."""
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    said = {"path": path, "status": int(status), "milliseconds": milliseconds}
    logger.info("%s", method, extra={"said": said})
