"""Forms sent after a session had ended: kept on the server until their sender has signed in."""

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

SESSION_KEY = "held_posts"  # in the session: path -> [owner, moment, pairs]
OWNER_COOKIE = "__Secure-staff" if settings.HTTPS != "off" else "staff"
OWNER_SALT = "pressroom.infra.accounts.owner"
OWNER_COOKIE_AGE = 30 * 24 * 3600  # seconds
LIFETIME = 4 * 3600  # seconds
MAX_FORMS = 4  # forms in one browser
MAX_CHARACTERS = 2_500_000  # characters of one form, as Django reads at most
MAX_ANONYMOUS_CHARACTERS = 100_000  # of one whose sender is not known to have ever signed in
DISCARD_BUTTON = "_discard_kept"  # the name of the button that lets go of what is kept
FILES_FIELD = "_files_of_kept"  # the field of what is kept that names its files
MAX_FILES = 100  # named

_EXCLUDED_FIELDS = re.compile(rf"password|^code$|^csrfmiddlewaretoken$|^{DISCARD_BUTTON}$")


def is_same_origin(request: HttpRequest) -> bool:
    """Tell whether a page of this site sent the request, as the browser says."""
    own = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == own
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def form_pairs(post: QueryDict) -> list[Pair]:
    """The fields of a form in order, without secrets and tokens."""
    return [
        (name, str(value))
        for name, values in post.lists()
        if not _EXCLUDED_FIELDS.search(name)
        for value in values
    ]


def pairs_with_files(request: HttpRequest) -> list[Pair]:
    """The fields of a form that was sent just now, with the names of its files and, where these
    could be kept for its sender, their handle."""
    owner = str(request.user.pk) if request.user.is_authenticated else _owner(request)
    return [*form_pairs(request.POST), *_names(request), *handle_of(request, owner)]


def form_of(pairs: Iterable[Sequence[str]]) -> QueryDict:
    """The pairs as a form that was sent."""
    fields = QueryDict(mutable=True)
    for name, value in pairs:
        fields.appendlist(name, value)
    return fields


def handle_of(request: HttpRequest, owner: str | None) -> list[Pair]:
    """Keep the form's files; the field that leads to them, if they could be kept."""
    handle = interrupted_files.keep(request, owner)
    return [(interrupted_files.HANDLE, handle)] if handle else []


def set_owner_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note in a signed cookie who works in this browser, for when the session has ended."""
    owner = str(request.user.pk)
    if _owner(request) != owner:
        response.set_signed_cookie(
            OWNER_COOKIE,
            owner,
            salt=OWNER_SALT,
            max_age=OWNER_COOKIE_AGE,
            path="/admin/",
            secure=settings.HTTPS != "off",
            httponly=True,
            samesite="Lax",
        )


def store(request: HttpRequest) -> None:
    """Keep the form that somebody signed out sent from a page of ours, if it is not too large."""
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
    """What the person who is signed in sent to the path (default: the request's own) before."""
    found = request.session.get(SESSION_KEY, {}).get(path or request.get_full_path())
    if not found or found[1] < time.time() - LIFETIME:
        return None
    owner, _, pairs = found
    if owner is not None and owner != str(request.user.pk):
        return None
    return form_of(pairs)


def has_stored_post(request: HttpRequest, path: str) -> bool:
    """Tell whether something is kept for the path, whoever sent it."""
    return path in request.session.get(SESSION_KEY, {})


def resumable_paths(request: HttpRequest) -> Iterator[str]:
    """Where what the person who is signed in sent before can be continued."""
    return (path for path in request.session.get(SESSION_KEY, {}) if stored_post(request, path))


def discard(request: HttpRequest) -> None:
    """Let go of what is kept for the request's path."""
    stored = request.session.get(SESSION_KEY, {})
    if stored.pop(request.get_full_path(), None):
        request.session[SESSION_KEY] = stored


def discard_others(request: HttpRequest) -> None:
    """Let go of what anybody else than the person signed in now sent in this browser."""
    stored = request.session.get(SESSION_KEY, {})
    own = {path: kept for path, kept in stored.items() if kept[0] in (None, str(request.user.pk))}
    if request.user.is_authenticated and own != stored:
        request.session[SESSION_KEY] = own


def shows_held_posts(view: View) -> View:
    """Mark a view that shows its form again with what is kept for it, by itself."""
    view.shows_held_posts = True  # type: ignore[attr-defined]
    return view


def _owner(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(
        OWNER_COOKIE, default=None, salt=OWNER_SALT, max_age=OWNER_COOKIE_AGE
    )


def _pairs_to_store(request: HttpRequest) -> list[Pair]:
    try:
        return [*form_pairs(request.POST), *_names(request)]
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError, OSError):
        return []


def _names(request: HttpRequest) -> list[Pair]:
    """The names of the files that came with the form."""
    files = [file for _, chosen in request.FILES.lists() for file in chosen]
    return [(FILES_FIELD, (file.name or "unnamed")[:255]) for file in files[:MAX_FILES]]
