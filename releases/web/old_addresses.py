"""Redirects from addresses of earlier sites, and from misspelled ones of this site."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from pressroom.infra import office
from releases.content import own_queries
from releases.content.legacy_keys import legacy_keys, tidy_path
from releases.search import direct_match

SAFE_METHODS = {"GET", "HEAD"}


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
    keys = legacy_keys(request.get_full_path())
    return _find(request, keys, timezone.now()) or _to_tidy_path(request)


def _find_with_query(request: HttpRequest) -> HttpResponse | None:
    if request.method not in SAFE_METHODS:
        return None
    keys = [key for key in legacy_keys(request.get_full_path()) if "?" in key]
    return _find(request, keys, timezone.now())


def _find(request: HttpRequest, keys: Sequence[str], at: datetime.datetime) -> HttpResponse | None:
    if release := direct_match.find_by_keys(keys, at):
        return redirect(request, release.get_absolute_url())
    return None


def _to_tidy_path(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the page of ours that is meant: /Releases//2024/). for /releases/2024/"""
    path = tidy_path(request.path)
    if own_queries.first_segment(path) not in own_queries.PARAMETERS:
        return None
    for candidate in dict.fromkeys((f"{path.rstrip('/')}/", path)):
        if candidate != request.path_info and is_valid_path(candidate):
            return redirect(request, candidate)
    return None


def redirect(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect permanently to an address of ours, from an earlier host to the canonical one."""
    origin = office.current().origin
    if origin and urlsplit(origin).netloc != request.get_host():
        address = origin + address
    return HttpResponsePermanentRedirect(iri_to_uri(address))
