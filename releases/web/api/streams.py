"""Responses that stream a list as CSV or JSON Lines."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from releases.output import tables
from releases.web import http_caching

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl; charset=utf-8",
}
TRUNCATED = {"csv": tables.CSV_TRUNCATED, "jsonl": tables.JSON_TRUNCATED}

PART = 1 << 16  # characters that are sent at once

logger = logging.getLogger(__name__)


def response(request: HttpRequest, kind: str, name: str, lines: Iterator[str]) -> HttpResponseBase:
    """Return the lines as a download of that name; only the headers for HEAD."""
    headers = {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": http_caching.PUBLIC,
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    complete = _mark_truncation(lines, TRUNCATED[kind])
    return StreamingHttpResponse(_in_parts(complete), headers=headers)


def _in_parts(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines together, as the server takes as long for each part as for a line."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= PART:
            yield "".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting)


def _mark_truncation(lines: Iterator[str], incomplete: str) -> Iterator[str]:
    """Yield the lines, and `incomplete` after a failure."""
    # The server ends a failed stream like a complete one: only the last line can tell.
    try:
        yield from lines
    except Exception:
        logger.exception("Streaming a list failed; the file is incomplete")
        yield incomplete
