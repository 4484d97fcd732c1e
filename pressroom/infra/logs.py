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

REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9_.-]{8,64}")
# The address of a preview is a key, however it was mangled on its way: cut, encoded, in capitals.
# So no long run of what such a key is made of is written, but words that - or _ joins, as in slugs.
PREVIEW_TOKEN = re.compile(r"(/preview/+)[^/\s\"']+", re.IGNORECASE)
TOKEN_LIKE = re.compile(r"[\w%~=-]{20,}", re.ASCII)
JOINED_WORDS = re.compile(
    r"(?:(?:[A-Z]?[a-z]{1,19}|[A-Z]{1,20}|\d{1,4})?[-_])+(?:[A-Za-z]{1,20}|\d{1,4})?"
)

REQUEST_ID = "X-Request-ID"

logger = logging.getLogger("pressroom.requests")
current_request_id: ContextVar[str] = ContextVar("current request", default="")


class MaskingFormatter(logging.Formatter):
    """Lines without the keys of previews."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))


def mask_secrets(text: str) -> str:
    """The text without what may be the key of a preview, or another secret of an address."""
    return TOKEN_LIKE.sub(_mask_unless_words, PREVIEW_TOKEN.sub(r"\1…", text))


def _mask_unless_words(run: re.Match[str]) -> str:
    return run[0] if JOINED_WORDS.fullmatch(run[0]) else "…"


class IgnoreClientErrors(logging.Filter):
    """Lets no ERROR through that a visitor's request alone makes, as a wrong Host: its answer is a
    400, and the line of the request says so."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        return record.name != "django.security.DisallowedHost"


class JSONFormatter(logging.Formatter):
    """Each record as one line of JSON; those of a request bear its id."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask_secrets(record.getMessage()),
            "request": current_request_id.get() or None,
            "error": mask_secrets(self.formatException(record.exc_info))
            if record.exc_info
            else None,
            **getattr(record, "said", {}),
        }
        line_fields = {name: value for name, value in line.items() if value is not None}
        return json.dumps(line_fields, ensure_ascii=False)


class RequestLogMiddleware:
    """Gives each request an id, or keeps the well-formed one of the front, and logs its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = start_request(request.META.get("HTTP_X_REQUEST_ID", ""))
        started = time.monotonic()
        response = self.get_response(request)
        log_request(request.method or "", request.path, response.status_code, started)
        response.headers[REQUEST_ID] = request_id
        return response


def start_request(given: str) -> str:
    """The id of the request that begins: what the front gave it, if that is well formed. The lines
    of this thread bear it until the next one's: Django's own line comes after a request's end."""
    request_id = given if REQUEST_ID_PATTERN.fullmatch(given) else uuid.uuid4().hex
    current_request_id.set(request_id)
    return request_id


def log_request(method: str, path: str, status: int, started: float) -> None:
    """Log what became of a request that began at that moment of the monotonic clock."""
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    fields = {"path": mask_secrets(path), "status": int(status), "milliseconds": milliseconds}
    logger.info("%s", method, extra={"said": fields})
