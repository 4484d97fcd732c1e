"""Redirects from addresses of earlier sites, and from misspelled ones of this site."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, is_valid_path, resolve
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language_from_path, override

from pressroom.infra import office
from releases.content import own_queries
from releases.content.legacy_keys import legacy_keys, tidy_path
from releases.models import Redirect, Release
from releases.search import direct_match

SAFE_METHODS = {"GET", "HEAD"}
GONE = ""  # target of an address that is gone


class OldAddressMiddleware:
    """Answer requests whose path is ours, but whose query string is of an earlier site: /?p=123"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Decided in memory: our own pages cost no query to the database here.
        is_foreign = own_queries.is_foreign(request.path_info, request.META.get("QUERY_STRING", ""))
        answer = _find_with_query(request) if is_foreign else None
        return answer or self.get_response(request)


def answer_instead_of_404(request: HttpRequest) -> HttpResponse | None:
    """Return the redirect of an old or misspelled address, None if there is none."""
    if answer := _find(request, legacy_keys(request.get_full_path()), timezone.now()):
        return answer
    path = page_meant(request.path, request.META.get("QUERY_STRING", ""))
    return redirect(request, path) if path else None


def page_meant(path: str, query: str) -> str:
    """Return the path of ours that is meant, "" if none is: /releases/2024/ for
    /Releases//2024/)."""
    tidy = tidy_path(path)
    if own_queries.first_segment(tidy) not in own_queries.PARAMETERS:
        return ""
    candidates = dict.fromkeys((f"{tidy.rstrip('/')}/", tidy))
    meant = next((each for each in candidates if each != path and is_valid_path(each)), "")
    # /index.php?id=7 was a page of its own, not the first one.
    return "" if own_queries.is_foreign(meant, query) else meant


def targets(keys: Iterable[str], at: datetime.datetime) -> dict[str, str]:
    """Return where each key leads at `at`, those that lead nowhere left out.

    Releases under embargo are never named, also not by a redirect that staff typed.
    """
    wanted = list(keys)
    redirects = dict(Redirect.objects.filter(key__in=wanted).values_list("key", "target"))
    numbers = {key: _number_in(target) for key, target in redirects.items()}
    if named := set(filter(None, numbers.values())):
        on_record = Release.objects.on_record(at).filter(number__in=named)
        public = set(on_record.values_list("number", flat=True))
        redirects = {
            key: target
            for key, target in redirects.items()
            if numbers[key] is None or numbers[key] in public
        }
    releases = direct_match.releases_by_key(wanted, at)
    return {**redirects, **{key: row.get_absolute_url() for key, row in releases.items()}}


def redirect(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect permanently; to an address of ours, from an earlier host to the canonical one."""
    origin = office.current().origin
    if origin and address.startswith("/") and urlsplit(origin).netloc != request.get_host():
        address = origin + address
    return HttpResponsePermanentRedirect(iri_to_uri(address))


def _find_with_query(request: HttpRequest) -> HttpResponse | None:
    if request.method not in SAFE_METHODS:
        return None
    keys = [key for key in legacy_keys(request.get_full_path()) if "?" in key]
    return _find(request, keys, timezone.now())


def _find(request: HttpRequest, keys: Sequence[str], at: datetime.datetime) -> HttpResponse | None:
    known = targets(keys, at)
    target = next((known[key] for key in keys if key in known), None)
    if target == GONE:
        return render(request, "404.html", {"is_missing": True}, status=410)
    return redirect(request, target) if target else None


def _number_in(target: str) -> str | None:
    """Return the number of the release that a path of ours names."""
    path = unquote(urlsplit(target).path)
    if not target.startswith("/"):
        return None
    try:
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            return resolve(path).kwargs.get("number")
    except Resolver404:
        return None
