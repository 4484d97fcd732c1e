"""Page and files of everything that is public."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pressroom.infra.http.throttling import cost
from pressroom.infra.office import origin
from releases.media.stored_files import FilePart
from releases.output import corrections, data_files, tables
from releases.output.data_files import Build, DataFile
from releases.web import byte_ranges, http_caching
from releases.web.response_cache import cached_per_state

RETRY_AFTER = 900  # seconds between two runs of the timer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Describe the files of the last build, or say why there are none now."""
    return _page(request, *_build(request))


@cost(20)
@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send one file, or the requested range; 503 while the files must be made again."""
    built, is_withheld = _build(request)
    if is_withheld:
        return _withheld(request, built)
    found = built and built.file(name)
    if not built or not found:
        raise Http404("The data files have not been made yet.")
    etag = f'"{found.sha256}"'
    return http_caching.conditional_response(
        request, lambda: _content(request, built, found, etag), etag=etag
    )


@require_safe
def package(request: HttpRequest) -> HttpResponseBase:
    """Describe the files for programs, as a Frictionless data package."""
    built, is_withheld = _build(request)
    if is_withheld:
        return _withheld(request, built)
    if not built:
        raise Http404("The data files have not been made yet.")
    made = data_files.package(built, origin(request), reverse("data"), _license())
    etag = http_caching.make_etag(built.folder, str(made))
    return http_caching.conditional_response(request, lambda: JsonResponse(made), etag=etag)


def _build(request: HttpRequest) -> tuple[Build | None, bool]:
    """Return the last build, and whether a release was withdrawn or reinstated since."""
    built = data_files.current()
    if built is None:
        return None, False
    now = cached_per_state(request, "retracted releases", data_files.retracted)
    return built, now != built.retracted


def _page(request: HttpRequest, built: Build | None, is_withheld: bool) -> HttpResponse:
    context = {
        "build": built,
        "is_withheld": is_withheld,
        "files": [] if is_withheld or not built else _described(built),
        "license": _license(),
        "tables": {"releases": tables.COLUMNS, "corrections": corrections.COLUMNS},
    }
    return render(request, "data.html", context)


def _withheld(request: HttpRequest, built: Build | None) -> HttpResponse:
    response = _page(request, built, True)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-cache"
    return response


def _described(built: Build) -> list[tuple[str, DataFile]]:
    """Return each file after its description."""
    words = {
        "releases.csv.gz": _("All releases as a table (CSV)"),
        "releases.jsonl.gz": _("All releases, one JSON object per line"),
        "releases.sqlite": _("All releases and corrections as a database (SQLite)"),
        "corrections.csv.gz": _("All corrections and withdrawals as a table (CSV)"),
    }
    return [(words[each.name], each) for each in built.files]


def _license() -> dict[str, str]:
    name, path = settings.DATA_LICENSE
    return {"title": name, "path": path} if name else {}


def _content(request: HttpRequest, built: Build, found: DataFile, etag: str) -> HttpResponseBase:
    headers = {
        "Content-Type": data_files.MEDIA_TYPES[found.name],
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Accept-Ranges": "bytes",
    }
    try:
        part = _requested_range(request, found, etag)
    except byte_ranges.UnsatisfiableRangeError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.byte_size}"})
    sent = range(found.byte_size) if part is None else part
    headers["Content-Length"] = str(len(sent))
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{found.byte_size}"
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    try:
        chunks = FilePart(FileSystemStorage(data_files.root()), built.path(found.name), sent)
    except FileNotFoundError as error:  # replaced this moment
        raise Http404("The data files are being replaced.") from error
    return StreamingHttpResponse(chunks, status=200 if part is None else 206, headers=headers)


def _requested_range(request: HttpRequest, found: DataFile, etag: str) -> range | None:
    """Return the requested range; None for the whole file, as when If-Range names another ETag."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    return byte_ranges.parse(request.headers.get("Range", ""), found.byte_size)
