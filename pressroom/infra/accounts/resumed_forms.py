"""Page that shows an interrupted form with everything typed, to send it again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.template.context_processors import csrf as csrf_token
from django.utils.cache import add_never_cache_headers
from django.views import csrf

from pressroom.infra.accounts import interrupted_files, interrupted_posts

STALE = (
    "This page was out of date, for example because you signed in again in another tab. Nothing "
    "has been saved yet."
)
SIGNED_OUT = "You were signed out before this was saved. Nothing has been saved yet."


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the form again with a fresh token; outside the admin, and cross-origin, refuse it."""
    is_ours = interrupted_posts.is_same_origin(request) and request.method == "POST"
    if not is_ours or not request.path.startswith(settings.ADMIN_PATH):
        return csrf.csrf_failure(request, reason)
    fields = interrupted_posts.form_of(interrupted_posts.pairs_with_files(request))
    return resend_form(request, fields, STALE, status=403)


def interrupted_form(request: HttpRequest, fields: QueryDict) -> HttpResponse:
    """Show the form that the user sent before signing in again; they may discard it."""
    return resend_form(request, fields, SIGNED_OUT, can_discard=True)


def resend_form(
    request: HttpRequest, fields: QueryDict, sentence: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Show the fields on a page whose button resends them."""
    pairs = interrupted_posts.form_pairs(fields)
    context = {
        **context,
        **admin.site.each_context(request),
        "title": "Nothing is lost",
        "sentence": sentence,
        "action": request.get_full_path(),
        "pairs": pairs,
        "typed": [(_label(name), value) for name, value in pairs if _is_user_input(name, value)],
        "files": fields.getlist(interrupted_posts.FILES_FIELD),
        "has_files": interrupted_files.HANDLE in fields,
        "is_sign_in": "username" in request.POST and "password" in request.POST,
        "discard": interrupted_posts.DISCARD_BUTTON,
    }
    response = render(request, "admin/resumed_form.html", context, status=status)
    add_never_cache_headers(response)
    return response


def unsent_context(request: HttpRequest) -> dict[str, Any]:
    """Return what staff sent in a request that failed, for an error page; {} for nothing.

    Queries no database.
    """
    is_ours = request.path.startswith(settings.ADMIN_PATH) and request.method == "POST"
    if not is_ours or not interrupted_posts.is_same_origin(request):
        return {}
    try:
        pairs = [] if "password" in request.POST else interrupted_posts.form_pairs(request.POST)
        files = [file.name for _, chosen in request.FILES.lists() for file in chosen]
    except (*interrupted_posts.UNREADABLE, RawPostDataException):
        return {}
    typed = [(_label(name), value) for name, value in pairs if _is_user_input(name, value)]
    return {"pairs": pairs, "typed": typed, "files": files, **csrf_token(request)} if typed else {}


def _label(name: str) -> str:
    # sections-0-heading -> Sections 1 heading
    if name in settings.RESUMED_FORM_LABELS:
        return settings.RESUMED_FORM_LABELS[name]
    words = [str(int(word) + 1) if word.isdecimal() else word for word in name.split("-")]
    return " ".join(words).replace("_", " ").capitalize()


def _is_user_input(name: str, value: str) -> bool:
    """Return whether a person typed the value: not a token, key or count."""
    last = name.rpartition("-")[2]
    is_hidden = (
        name.startswith(("_", "initial-", "seen_"))
        or last.isupper()
        or "token" in name
        or "__prefix__" in name
    )
    return bool(value.strip()) and not is_hidden and last not in settings.RESUMED_FORM_HIDDEN
