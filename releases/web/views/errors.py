"""Error pages: 400, 404, 429, 500 and 503."""

import errno
import sys

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, Error, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from pressroom.infra import office
from pressroom.infra.accounts.resumed_forms import unsent_context
from pressroom.infra.storage.errors import StorageUnreachableError
from releases.output.renditions.pdf import TypesettingError
from releases.web import missed_addresses, old_addresses
from releases.web.api.problems import ProblemError

RETRY_AFTER = 30  # seconds
LONG_WAIT = 120  # seconds: more are said in minutes
READ_ONLY_SQLSTATE = "25006"  # read_only_sql_transaction
TEMPORARY = (OperationalError, InterfaceError, StorageUnreachableError, TypesettingError)
DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400; without the request, whose host may be what cannot be trusted.

    The page of an unknown host links only to the office's own address, if it has one.
    """
    if request.path.startswith("/api/"):
        detail = "We couldn’t read this request. Check its address."
        return ProblemError(400, "Bad request", detail).response()
    known = office.current()
    is_without_links = isinstance(exception, DisallowedHost) and not known.origin
    context = {
        "office_name": known.name,
        "origin": known.origin,
        "is_without_links": is_without_links,
    }
    return HttpResponse(render_to_string("400.html", context), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Redirect a legacy URL to its release; answer 404 to any other."""
    if answer := old_addresses.answer_instead_of_404(request):
        return answer
    missed_addresses.count(request, exception)
    return render(request, "404.html", {"is_missing": True}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 to a temporary failure (database, file storage, full disk), else 500.

    Neither page queries the database. Unless that is what failed, other pages work, and the one
    of a 503 links to them. Django has already logged the error.
    """
    office.pin_last_known()
    error = sys.exc_info()[1]
    is_temporary = isinstance(error, TEMPORARY)
    is_read_only = isinstance(error, InternalError) and _sqlstate(error) == READ_ONLY_SQLSTATE
    # psycopg2 raises the base class when PostgreSQL closes the connection without a message.
    is_disconnected = type(error) is DatabaseError
    is_full = isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS
    if not (is_temporary or is_disconnected or is_full or is_read_only):
        return _internal_error(request)
    response = _unavailable(request, isinstance(error, Error) and not is_read_only)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 to a client that may try again in so many seconds."""
    if request.path.startswith("/api/"):
        detail = f"Too many requests from your network. Try again in {seconds} seconds."
        return ProblemError(429, "Too many", detail).response()
    minutes = round(seconds / 60) if seconds > LONG_WAIT else None
    context = {**office.context(request), "seconds": seconds, "minutes": minutes}
    page = render_to_string("429.html", context)
    return HttpResponse(page, status=429)


def _sqlstate(error: DatabaseError) -> str:
    """Return PostgreSQL's SQLSTATE for the error, or ""."""
    return getattr(error.__cause__, "pgcode", None) or ""


def _unavailable(request: HttpRequest, is_database_down: bool) -> HttpResponse:
    if request.path.startswith("/api/"):
        detail = "The archive is unavailable right now. Try again soon."
        return ProblemError(503, "Unavailable", detail).response()
    context = {
        **office.context(request),
        **unsent_context(request),
        "is_database_down": is_database_down,
        "is_for_staff": request.path.startswith(settings.ADMIN_PATH),
    }
    return HttpResponse(render_to_string("503.html", context), status=503)


def _internal_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        detail = "We couldn’t answer this request. The error has been logged."
        return ProblemError(500, "Internal error", detail).response()
    # Without a request: a context processor may be what failed.
    context = {"office_name": office.current().name, **unsent_context(request)}
    return HttpResponse(render_to_string("500.html", context), status=500)
