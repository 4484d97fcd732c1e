"""Answers to old addresses, many at once and without HTTP."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from releases.content import own_queries
from releases.content.legacy_keys import legacy_keys
from releases.web import old_addresses

NOT_FOUND = 404
BATCH = 500  # addresses that share their queries
_LOCATION = re.compile(r"<loc>([^<]*)</loc>", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """Answer to an address: 200, 301 with its target, 404, 410 or that of our own page."""

    address: str
    status: int
    target: str = ""


def read_addresses(text: str) -> list[str]:
    """Return the addresses of a sitemap, or of a list with one a line; each once."""
    if "<loc>" in text:
        found = [html.unescape(address) for address in _LOCATION.findall(text)]
    else:
        found = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [address for address in dict.fromkeys(map(str.strip, found)) if address]


def check(addresses: Iterable[str], at: datetime.datetime) -> Iterator[Checked]:
    """Yield the answer to each address at `at`, as the site would give it."""
    for start in range(0, len(chosen := list(addresses)), BATCH):
        batch = chosen[start : start + BATCH]
        keys = {address: legacy_keys(address) for address in batch}
        known = old_addresses.targets({key for each in keys.values() for key in each}, at)
        for address in batch:
            yield _answer(address, keys[address], known)


def _answer(address: str, keys: Sequence[str], known: dict[str, str]) -> Checked:
    path, query = path_and_query(address)
    if own_queries.is_foreign(path, query):
        queried = [key for key in keys if "?" in key]
        if found := _known(address, queried, known):
            return found
    own = _own_page(address, path, query)
    if own and own.status != NOT_FOUND:
        return own
    if found := _known(address, keys, known):
        return found
    meant = old_addresses.page_meant(path, query)
    return Checked(address, 301, meant) if meant else Checked(address, NOT_FOUND)


def _known(address: str, keys: Sequence[str], known: dict[str, str]) -> Checked | None:
    target = next((known[key] for key in keys if key in known), None)
    if target is None:
        return None
    return Checked(address, 301, target) if target else Checked(address, 410)


def path_and_query(address: str) -> tuple[str, str]:
    """Return the decoded path and the query string."""
    try:
        parts = urlsplit(address)
    except ValueError:  # for example http://[
        return address, ""
    return unquote(parts.path) or "/", parts.query


def _own_page(address: str, path: str, query: str) -> Checked | None:
    """Return the answer of our page, None if no route has the path."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
        except Resolver404:
            return None
        if match.app_names == ["admin"]:
            return Checked(address, 200)
        request: HttpRequest = RequestFactory(SERVER_NAME=_host()).get(path, QUERY_STRING=query)
        request.resolver_match = match
        try:
            answer = match.func(request, *match.args, **match.kwargs)
        except Http404:
            return Checked(address, NOT_FOUND)
        return Checked(address, answer.status_code, answer.headers.get("Location", ""))


def _host() -> str:
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0] if names else "localhost"
