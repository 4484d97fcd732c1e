"""Methods, CORS and problem details (RFC 9457) for every API endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from releases.search.results import SearchUnavailableError

ALLOWED = "GET, HEAD, OPTIONS"
RETRY_AFTER = 30  # seconds
# Of every answer, errors included: scripts of other sites may read it.
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
View = Callable[..., HttpResponseBase]


class ProblemError(Exception):
    """Error response; `details` become extra members of the problem document."""

    def __init__(self, status: int, title: str, detail: str, **details: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        self.body |= details

    def response(self) -> HttpResponse:
        """Return the problem document (RFC 9457)."""
        text = json.dumps(self.body, ensure_ascii=False)
        kind = "application/problem+json"
        return HttpResponse(text, kind, self.status, headers=CROSS_ORIGIN)


def endpoint(view: View) -> View:
    """Make the view a read-only API endpoint with CORS and problem responses."""

    @csrf_exempt  # writes get 405, not a CSRF failure
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _respond(view, request, *args, **kwargs)
        for name, value in CROSS_ORIGIN.items():
            response[name] = value
        return response

    return wrapped


def _respond(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return _preflight()
    try:
        if request.method not in ("GET", "HEAD"):
            raise ProblemError(405, "Method not allowed", "This API is read-only.")
        return view(request, *args, **kwargs)
    except ProblemError as problem:
        response = problem.response()
    except Http404:
        response = ProblemError(404, "Not found", "There is nothing at this address.").response()
    except SearchUnavailableError as error:
        response = ProblemError(503, "Search unavailable", f"{error} Try again soon.").response()
        response["Retry-After"] = str(RETRY_AFTER)
    response["Allow"] = ALLOWED
    return response


def _preflight() -> HttpResponse:
    headers = {
        "Allow": ALLOWED,
        "Access-Control-Allow-Methods": ALLOWED,
        "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, Accept",
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=204, headers=headers)
