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
        given = request.headers.get("X-Request-ID", "")
        name = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        current.set(name)  # until the next one: Django's own line comes after this one's end
        started = time.monotonic()
        response = self.get_response(request)
        logger.info("%s", request.method, extra={"said": _said(request, response, started)})
        response.headers["X-Request-ID"] = name
        return response


def _said(request: HttpRequest, response: HttpResponseBase, started: float) -> dict[str, object]:
    return {
        "path": request.path,
        "status": response.status_code,
        "milliseconds": round((time.monotonic() - started) * 1000, 1),
    }
