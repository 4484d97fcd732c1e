"""Check of a release's links, without requests to other sites."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http.request import validate_host
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from releases.content import markup
from releases.models import Release
from releases.search import direct_match

Link = tuple[str, str, bool]  # words, address, and whether the page links it

NO_ADDRESS = "is not a web address. Write it in full, for example https://example.gov/page."
NO_MAILBOX = "is not an email address. Write it as mailto:press@example.gov."
NO_PAGE = "does not lead to a page of this site. Copy the address from the page you mean."
NO_RELEASE = "leads to a release that does not exist. Copy the address from its page."
NOT_PUBLIC = "leads to a release that is not public. Link to another, or wait until it is public."

_is_web_address = URLValidator(schemes=["http", "https"])


def links_in(text: str) -> list[Link]:
    """Return everything written as a link in the Markdown text, each once."""
    return list(dict.fromkeys(markup.links_as_typed(text)))


def problems(links: Iterable[Link], at: datetime.datetime) -> Iterator[str]:
    """Yield a sentence for each link that is broken at `at` (aware).

    A link into this site takes a query or two.
    """
    for words, address, is_link in links:
        if problem := _problem_with(address, at) if is_link else NO_ADDRESS:
            yield f"The link “{words}”: “{address}” {problem}"


def _problem_with(address: str, at: datetime.datetime) -> str:
    """Return what is wrong with a printed URL; "" if nothing is known."""
    scheme = address.partition(":")[0].lower()
    if scheme == "mailto":
        return _problem_with_mailbox(address)
    if scheme in ("http", "https"):
        return _problem_with_web_address(address, at)
    return _problem_with_path(address, at) if address.startswith("/") else ""


def _problem_with_mailbox(address: str) -> str:
    try:
        validate_email(unquote(urlsplit(address).path))
    except ValidationError:
        return NO_MAILBOX
    return ""


def _problem_with_web_address(address: str, at: datetime.datetime) -> str:
    try:
        _is_web_address(address)
    except ValidationError:
        return NO_ADDRESS
    parts = urlsplit(address)
    if not validate_host((parts.hostname or "").lower(), _own_hosts()):
        return ""
    return _problem_with_path(parts._replace(scheme="", netloc="").geturl() or "/", at)


def _own_hosts() -> list[str]:
    # A wildcard does not name a host.
    return [host for host in settings.ALLOWED_HOSTS if host != "*"]


def _problem_with_path(address: str, at: datetime.datetime) -> str:
    path = unquote(urlsplit(address).path)
    try:
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            number = resolve(path).kwargs.get("number")
    except Resolver404:
        return "" if direct_match.find_by_legacy_url(address, at) else NO_PAGE
    linked = Release.objects.filter(number=number)
    if number is None or linked.published(at).exists():
        return ""
    return NOT_PUBLIC if linked.exists() else NO_RELEASE
