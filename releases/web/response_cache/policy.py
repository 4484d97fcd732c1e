"""Choice of the requests and responses to cache. Views set a policy; the middleware reads it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponseBase

from pressroom.infra import office
from releases.web.negotiation import ANY, preferred_suffix
from releases.web.response_cache import state
from releases.web.response_cache.changes import Shown
from releases.web.response_cache.state import State, Validity

MAX_KEY_LENGTH = 2048  # characters; requests with longer keys are not cached
# The CGI variables that a response without a session depends on, besides the scheme.
REQUEST_KEY_VARIABLES = ("HTTP_HOST", "PATH_INFO", "QUERY_STRING")

RequestKey = tuple[str | None, ...]
Result = TypeVar("Result")
CacheControl = Callable[[datetime.datetime], str]


class CachePolicy(NamedTuple):
    """Permission to serve a response again while what it shows is unchanged."""

    validity: Validity
    cache_control: str | None  # name of the function that computes the header, if any

    def headers(self, headers: dict[str, str], now: datetime.datetime) -> dict[str, str]:
        """Return a response's headers as of now."""
        if not self.cache_control:
            return headers
        return headers | {"Cache-Control": cache_controls[self.cache_control](now)}


# By names, so that a response which is stored outside the process can say which is its own.
cache_controls: dict[str, CacheControl] = {}


# Data of requests and responses that only this package reads, kept as long as they are.
_states: WeakKeyDictionary[HttpRequest, State] = WeakKeyDictionary()
_shown: WeakKeyDictionary[HttpRequest, Shown] = WeakKeyDictionary()
_policies: WeakKeyDictionary[HttpResponseBase, CachePolicy] = WeakKeyDictionary()


def attach_state(request: HttpRequest, at: datetime.datetime) -> State | None:
    """Read the state at `at` for `cached_per_state`; None if the request is not cacheable."""
    found = state.read_state(at) if request_key(request.META) else None
    if found:
        _states[request] = found
        office.pin(found.office)
    return found


def cached_per_state(request: HttpRequest, name: str, make: Callable[[], Result]) -> Result:
    """Return `make()`, kept for five minutes, while the state stays, under the unique `name`.

    An empty list and 0 are not kept: they may have any number of names. The result consists of
    strings, numbers and lists: a cached one may have been through JSON, with lists in place of
    tuples.
    """
    if not (found := _states.get(request)):
        return make()
    # Names may contain what a reader typed, at any length.
    digest = hashlib.sha256(f"{found} {name}".encode()).hexdigest()
    kept = caches["shared"]
    if (result := kept.get(digest)) is None and (result := make()):
        kept.add(digest, result)
    return result


def state_of(request: HttpRequest) -> State | None:
    """Return the state that was read for the request; None if it is not cacheable."""
    return _states.get(request)


def set_shown(request: HttpRequest, shown: Shown) -> None:
    """Keep the response in the cache while other releases than those change."""
    _shown[request] = shown


def set_cache_policy(
    request: HttpRequest, response: HttpResponseBase, cache_control: str | None
) -> None:
    """Allow the response to be cached, if the request is cacheable."""
    if found := _states.get(request):
        _policies[response] = CachePolicy(found.validity(_shown.get(request)), cache_control)


def get_cache_policy(response: HttpResponseBase) -> CachePolicy | None:
    """Return the policy that the view set, if any."""
    return _policies.get(response)


def request_key(environ: Mapping[str, Any]) -> RequestKey | None:
    """Return the parts of the request that its response depends on; None if not cacheable."""
    cookies = environ.get("HTTP_COOKIE")
    has_session = cookies and settings.SESSION_COOKIE_NAME in cookies
    if environ["REQUEST_METHOD"] != "GET" or has_session:
        return None
    accept = environ.get("HTTP_ACCEPT", ANY)
    # Servers leave out empty variables or do not (PEP 3333).
    key = (*_scheme(environ), *(environ.get(name) or None for name in REQUEST_KEY_VARIABLES))
    if key_length(key) + len(accept) > MAX_KEY_LENGTH:
        return None
    # A permalink serves the page and its renditions. Each browser prefers the page in other words.
    return (*key, preferred_suffix(accept))


def _scheme(environ: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the scheme of the request, and what a proxy says of it."""
    scheme, forwarded = environ.get("wsgi.url_scheme"), environ.get("HTTP_X_FORWARDED_PROTO")
    if forwarded in ("https", scheme) and settings.SECURE_PROXY_SSL_HEADER:
        # As a request without a proxy, such as those that render ahead of readers.
        return forwarded, None
    # An empty one, too, makes Django take a request for one over HTTP.
    return scheme, forwarded


def key_length(key: RequestKey) -> int:
    """Length of all parts, in characters."""
    return sum(map(len, filter(None, key)))
