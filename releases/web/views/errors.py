"""What is not at an address: it moved, or there is nothing; and what can not be answered now."""

import errno
import json
import sys

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from pressroom.infra import office
from pressroom.infra.storage.errors import StorageUnreachableError
from releases.search import direct_match

RETRY_AFTER = 30  # seconds
READ_ONLY_SQLSTATE = "25006"  # SQLSTATE of a write where PostgreSQL takes none
DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A redirect to the release that had the address on an earlier site, else 404 with a way on."""
    if release := direct_match.find_by_legacy_url(request.get_full_path(), timezone.now()):
        return redirect(release, permanent=True)
    return render(request, "404.html", {"is_missing": True}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database or the bucket of the files is down, too busy or too slow, or a disk
    is full: what passes by itself. Else 500. Neither asks the database for anything. Django has
    logged the error."""
    error = sys.exc_info()[1]
    passes = isinstance(error, OperationalError | InterfaceError | StorageUnreachableError)
    is_read_only = isinstance(error, InternalError) and _sqlstate(error) == READ_ONLY_SQLSTATE
    is_cut = type(error) is DatabaseError  # what psycopg2 says where PostgreSQL said nothing
    is_full = isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS
    if not (passes or is_cut or is_full or is_read_only):
        return _internal_error(request)
    response = _unavailable(request)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _sqlstate(error: DatabaseError) -> str:
    """Return PostgreSQL's code for the error; "" for none."""
    return getattr(error.__cause__, "pgcode", None) or ""


def _unavailable(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(503, "Unavailable", "The archive is unavailable right now. Try again soon.")
    page = render_to_string("503.html", office.context(request))
    return HttpResponse(page, status=503)


def _internal_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(
            500, "Internal error", "We couldn’t answer this request. The error has been logged."
        )
    return HttpResponse(render_to_string("500.html"), status=500)


def _problem(status: int, title: str, detail: str) -> HttpResponse:
    """As RFC 9457 has it."""
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return HttpResponse(json.dumps(problem), "application/problem+json", status)
