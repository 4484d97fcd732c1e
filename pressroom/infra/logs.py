"""JSON log lines, and one line per request with method, path, status and duration.

Nothing in them identifies a visitor: no IP address, search query, name or preview token.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9_.-]{8,64}")
# A preview URL is a secret, and may arrive truncated, encoded or in capitals. So mask every long
# run of token characters, except words joined by - or _, as in slugs.
MIN_TOKEN_LENGTH = 20
TOKEN_LIKE = re.compile(rf"[\w%~=-]{{{MIN_TOKEN_LENGTH},}}", re.ASCII)
MAX_KEPT = 512  # paths without secrets that are kept for the next request
MAX_KEPT_LENGTH = 256  # of each
JOINED_WORDS = re.compile(
    r"(?:(?:[A-Z]?[a-z]{1,19}|[A-Z]{1,20}|\d{1,4})?[-_])+(?:[A-Za-z]{1,20}|\d{1,4})?"
)

REQUEST_ID = "X-Request-ID"

logger = logging.getLogger("pressroom.requests")
_to_json = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make one for each line
current_request_id: ContextVar[str] = ContextVar("current request", default="")
_is_logging: ContextVar[bool] = ContextVar("whether requests are logged", default=True)


class MaskingFormatter(logging.Formatter):
    """Plain log lines with secrets masked."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))


def mask_secrets(text: str) -> str:
    """Replace with "…" whatever may be a preview token or another secret in a URL."""
    if len(text) < MIN_TOKEN_LENGTH and "/" not in text:
        return text
    return TOKEN_LIKE.sub(_mask_unless_words, _secret_path().sub(r"\1…", text))


_without_secrets: set[str] = set()


def _mask_path(path: str) -> str:
    if path in _without_secrets:
        return path
    masked = mask_secrets(path)
    if masked == path and len(path) < MAX_KEPT_LENGTH:
        if len(_without_secrets) >= MAX_KEPT:
            _without_secrets.clear()
        _without_secrets.add(path)
    return masked


@cache
def _secret_path() -> re.Pattern[str]:
    places = "|".join(re.escape(path.rstrip("/")) for path in settings.SECRET_PATHS)
    return re.compile(rf"((?:{places})/+)[^/\s\"']+", re.IGNORECASE)


def _mask_unless_words(run: re.Match[str]) -> str:
    return run[0] if JOINED_WORDS.fullmatch(run[0]) else "…"


class IgnoreClientErrors(logging.Filter):
    """Drop the errors that Django logs for an invalid Host: the request's line has the 400."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "django.security.DisallowedHost"


class JSONFormatter(logging.Formatter):
    """One JSON object per record, with the id of the current request."""

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
        return _to_json(line_fields)


class RequestLogMiddleware:
    """Log each request and return its id in X-Request-ID."""

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
    """Set and return the request's id: that of the reverse proxy if well formed, else a new one."""
    # Never reset: Django logs its own line after the middleware has returned.
    request_id = given if REQUEST_ID_PATTERN.fullmatch(given) else secrets.token_hex(16)
    current_request_id.set(request_id)
    return request_id


def log_request(method: str, path: str, status: int, started: float) -> None:
    """Log a request; `started` is in seconds of the monotonic clock."""
    if not _is_logging.get() or not logger.isEnabledFor(logging.INFO):
        return
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    fields = {"path": _mask_path(path), "status": int(status), "milliseconds": milliseconds}
    logger.info("%s", method, extra={"said": fields})


@contextmanager
def unlogged() -> Iterator[None]:
    """Log no requests within the block: nobody made them."""
    token = _is_logging.set(False)
    try:
        yield
    finally:
        _is_logging.reset(token)


def settings_for(level: str, line_format: str) -> dict[str, Any]:
    """Return LOGGING: standard error, in the format "line" or "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "pressroom.infra.logs.MaskingFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "pressroom.infra.logs.JSONFormatter"},
        },
        "filters": {"no client errors": {"()": "pressroom.infra.logs.IgnoreClientErrors"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": line_format,
                "filters": ["no client errors"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": level, "propagate": True},
            "pressroom": {"level": "INFO" if line_format == "json" else level},
        },
    }
