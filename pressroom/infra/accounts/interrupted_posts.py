"""Forms posted after the session ended, kept on the server until the sender signs in again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParserError

from pressroom.infra.accounts import interrupted_files

Pair = tuple[str, str]
View = TypeVar("View", bound=Callable[..., Any])

# Data: it is in the sessions of staff during an upgrade.
SESSION_KEY = "held_posts"  # in the session: path -> [owner, seconds since 1970, pairs]
OWNER_COOKIE = "__Secure-staff" if settings.HTTPS != "off" else "staff"
# Data: it signs cookies that outlive an upgrade.
OWNER_SALT = "pressroom.sign_in.owner"
OWNER_COOKIE_AGE = 30 * 24 * 3600  # seconds
LIFETIME = 4 * 3600  # seconds
MAX_FORMS = 4  # per browser
MAX_CHARACTERS = 2_500_000  # of one form, like Django's DATA_UPLOAD_MAX_MEMORY_SIZE
MAX_ANONYMOUS_CHARACTERS = 100_000  # of a form without the owner cookie
DISCARD_BUTTON = "_discard_interrupted"  # name of the button
FILES_FIELD = "_file_names"  # name of the field with the files' names
MAX_FILES = 100  # whose names are kept

# Errors of reading a form's data.
UNREADABLE = (
    *(RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent),
    *(MultiPartParserError, OSError),
)

_EXCLUDED_FIELDS = re.compile(rf"password|^code$|^csrfmiddlewaretoken$|^{DISCARD_BUTTON}$")


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of this site sent the request."""
    own = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == own
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def form_pairs(post: QueryDict) -> list[Pair]:
    """Return the form's fields in order, without secrets and tokens."""
    return [
        (name, str(value))
        for name, values in post.lists()
        if not _EXCLUDED_FIELDS.search(name)
        for value in values
    ]


def pairs_with_files(request: HttpRequest) -> list[Pair]:
    """Return the request's fields, its files' names and, if the files could be kept, a handle."""
    owner = str(request.user.pk) if request.user.is_authenticated else _owner(request)
    return [*form_pairs(request.POST), *_names(request), *handle_of(request, owner)]


def form_of(pairs: Iterable[Sequence[str]]) -> QueryDict:
    """Return the pairs as form data."""
    fields = QueryDict(mutable=True)
    for name, value in pairs:
        fields.appendlist(name, value)
    return fields


def handle_of(request: HttpRequest, owner: str | None) -> list[Pair]:
    """Store the form's files; return the field with their handle, or [] if they cannot be kept."""
    handle = interrupted_files.keep(request, owner)
    return [(interrupted_files.HANDLE, handle)] if handle else []


def set_owner_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Remember the user in a signed cookie that outlives the session."""
    owner = str(request.user.pk)
    if _owner(request) != owner:
        response.set_signed_cookie(
            OWNER_COOKIE,
            owner,
            salt=OWNER_SALT,
            max_age=OWNER_COOKIE_AGE,
            path=settings.ADMIN_PATH,
            secure=settings.HTTPS != "off",
            httponly=True,
            samesite="Lax",
        )


def store(request: HttpRequest) -> None:
    """Keep a form that a signed-out user sent from a page of this site, unless it is too large."""
    if not is_same_origin(request):
        return
    owner = _owner(request)
    pairs = _pairs_to_store(request)
    size = sum(len(name) + len(value) for name, value in pairs)
    if not pairs or size > (MAX_CHARACTERS if owner else MAX_ANONYMOUS_CHARACTERS):
        return
    pairs += handle_of(request, owner)
    request.session.clear_expired()
    stored = request.session.get(SESSION_KEY, {})
    stored.pop(request.get_full_path(), None)
    stored[request.get_full_path()] = [owner, int(time.time()), pairs]
    request.session[SESSION_KEY] = dict(list(stored.items())[-MAX_FORMS:])


def stored_post(request: HttpRequest, path: str = "") -> QueryDict | None:
    """Return the form that the user sent to the path (default: the request's) while signed out."""
    found = request.session.get(SESSION_KEY, {}).get(path or request.get_full_path())
    if not found or found[1] < time.time() - LIFETIME:
        return None
    owner, _, pairs = found
    if owner is not None and owner != str(request.user.pk):
        return None
    return form_of(pairs)


def has_stored_post(request: HttpRequest, path: str) -> bool:
    """Return whether a form is kept for the path, from any sender."""
    return path in request.session.get(SESSION_KEY, {})


def resumable_paths(request: HttpRequest) -> Iterator[str]:
    """Return the paths with a form that the signed-in user can resume."""
    return (path for path in request.session.get(SESSION_KEY, {}) if stored_post(request, path))


def discard(request: HttpRequest) -> None:
    """Delete the form kept for the request's path."""
    stored = request.session.get(SESSION_KEY, {})
    if stored.pop(request.get_full_path(), None):
        request.session[SESSION_KEY] = stored


def discard_others(request: HttpRequest) -> None:
    """Delete forms in this browser from senders other than the signed-in user."""
    stored = request.session.get(SESSION_KEY, {})
    own = {path: kept for path, kept in stored.items() if kept[0] in (None, str(request.user.pk))}
    if request.user.is_authenticated and own != stored:
        request.session[SESSION_KEY] = own


def handles_interrupted_posts(view: View) -> View:
    """Mark a view that itself shows the kept form."""
    view.handles_interrupted_posts = True  # type: ignore[attr-defined]
    return view


def _owner(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(
        OWNER_COOKIE, default=None, salt=OWNER_SALT, max_age=OWNER_COOKIE_AGE
    )


def _pairs_to_store(request: HttpRequest) -> list[Pair]:
    try:
        return [*form_pairs(request.POST), *_names(request)]
    except UNREADABLE:
        return []


def _names(request: HttpRequest) -> list[Pair]:
    files = [file for _, chosen in request.FILES.lists() for file in chosen]
    return [(FILES_FIELD, (file.name or "unnamed")[:255]) for file in files[:MAX_FILES]]
