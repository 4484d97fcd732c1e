"""Images and attachments: public while their release is, otherwise for staff only."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.views.decorators.http import require_safe

from pressroom.infra import colors, office
from pressroom.infra.accounts import second_factor
from releases.media import stored_files
from releases.models import Attachment, Image, Release
from releases.models.files import ORIGINAL, ReleaseFile, StoredFile
from releases.web import byte_ranges, http_caching

SEAL_CACHING = "public, max-age=604800, immutable"

logger = logging.getLogger(__name__)


@require_safe
def image(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """Send one file of an image."""
    return _send_if_allowed(request, Image.objects.all(), key, name)


@require_safe
def attachment(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """Send an attachment's file."""
    return _send_if_allowed(request, Attachment.objects.defer("text"), key, name)


@require_safe
def seal(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """Send a file of the office's seal, which has another key after each change."""
    shown = office.current().seal
    if not shown or shown.key != key or name not in shown.files:
        raise Http404("No such file.")
    file = StoredFile(**shown.files[name])
    etag = f'"{file.sha256}"'
    return http_caching.conditional_response(
        request, lambda: _content(request, file, etag), etag=etag, caching=SEAL_CACHING
    )


@require_safe
def colors_of_office(request: HttpRequest, digits: str) -> HttpResponseBase:
    """Send the stylesheet of the office's color, which has another address for each color."""
    color = f"#{digits}"
    if color != office.current().color:
        raise Http404("No such file.")
    return http_caching.conditional_response(
        request,
        lambda: HttpResponse(colors.stylesheet(color), content_type="text/css"),
        etag=http_caching.make_etag(colors.STYLESHEET, color),
        caching=SEAL_CACHING,
    )


def _send_if_allowed(
    request: HttpRequest, rows: QuerySet[Any], key: str, name: str
) -> HttpResponseBase:
    # Check public access before the session, so that public responses are the same for everyone.
    published = Release.objects.published(timezone.now())
    row = rows.filter(key=key, release__in=published).first()
    # An original may have a location and other metadata of the camera.
    if row and name != ORIGINAL:
        return send_file(request, row, name, http_caching.PUBLIC)
    if may_see_private(request) and (row := rows.filter(key=key).first()):
        return send_file(request, row, name, http_caching.PRIVATE)
    raise Http404("No such file.")


def may_see_private(request: HttpRequest) -> bool:
    """Return whether the user may see files of releases that are not public."""
    user = request.user
    is_staff = user.is_active and user.is_staff and user.has_perm("releases.view_release")
    return is_staff and second_factor.may_use_admin(user)


def send_file(
    request: HttpRequest, row: ReleaseFile, name: str, cache_control: str
) -> HttpResponseBase:
    """Send one of the row's files. The caller has checked access."""
    stored = row.file_named(name)
    if stored is None:
        return _redirect_to_current(row, name, cache_control)
    etag = f'"{stored.sha256}"'
    return http_caching.conditional_response(
        request,
        lambda: _content(request, stored, etag),
        etag=etag,
        modified=int(row.updated_at.timestamp()),
        caching=cache_control,
    )


def _redirect_to_current(row: ReleaseFile, name: str, cache_control: str) -> HttpResponse:
    """Redirect from a file that was replaced to the closest size and format."""
    nearest = row.closest_file(name)
    if nearest is None:
        raise Http404("No such file.")
    return HttpResponseRedirect(row.address(nearest.name), headers={"Cache-Control": cache_control})


def _content(request: HttpRequest, stored: StoredFile, etag: str) -> HttpResponseBase:
    """Return the file, the requested range, or headers for the front-end server to send it."""
    disposition = "attachment" if stored.name == ORIGINAL else "inline"
    headers = {
        "Content-Type": stored.media_type,
        "Content-Disposition": f'{disposition}; filename="{stored.name}"',
        "Accept-Ranges": "bytes",
    }
    if settings.MEDIA_HANDOVER:
        return HttpResponse(headers=headers | _handover_headers(stored))
    try:
        part = _requested_range(request, stored, etag)
    except byte_ranges.UnsatisfiableRangeError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.byte_size}"})
    sent = range(stored.byte_size) if part is None else part
    headers["Content-Length"] = str(len(sent))
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{stored.byte_size}"
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    status = 200 if part is None else 206
    # Opened before the first byte is sent: later it would be too late for a 404.
    with missing_is_404():
        chunks = stored_files.FilePart(default_storage, stored.file, sent)
    return StreamingHttpResponse(chunks, status=status, headers=headers)


def _requested_range(request: HttpRequest, stored: StoredFile, etag: str) -> range | None:
    """Return the requested range; None for the whole file, as when If-Range names another ETag."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    return byte_ranges.parse(request.headers.get("Range", ""), stored.byte_size)


@contextmanager
def missing_is_404() -> Iterator[None]:
    """Turn a missing stored file into a logged error and a 404."""
    try:
        yield
    except FileNotFoundError as error:
        logger.error("A stored file is missing; a backup may have it. %s", error)
        raise Http404("No such file.") from error


def _handover_headers(stored: StoredFile) -> dict[str, str]:
    """Return the header that makes the front-end server send the file, including ranges."""
    if settings.MEDIA_HANDOVER == "x-accel":
        return {"X-Accel-Redirect": settings.MEDIA_INTERNAL_URL + quote(stored.file)}
    return {"X-Sendfile": default_storage.path(stored.file)}
