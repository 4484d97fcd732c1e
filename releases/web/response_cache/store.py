"""In-process cache of complete public responses, valid while the database state is the same."""

from __future__ import annotations

import datetime
import hashlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from pressroom.infra.db import replicas
from releases.models import Release

MAX_BYTES = 4 * 1024 * 1024  # per process: bodies, headers and keys
MAX_BODY_BYTES = MAX_BYTES // 8
OVERHEAD = 2048  # bytes per entry for Python objects
MAX_KEY_LENGTH = 2048  # characters; requests with longer keys are not cached
SNAPSHOT_MAX_AGE = 0.01  # seconds; bounds how late a change shows
# The snapshot names the visible transactions. The server's start time and the database are part of
# it because transactions are numbered per server. A standby's snapshot omits transactions in
# progress and may not move when one commits: there the replayed log position takes its place.
SNAPSHOT_QUERY = """
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text
           ELSE pg_current_snapshot()::text END,
           pg_postmaster_start_time()::text,
           current_database()
"""
CACHEABLE_STATUSES = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
# The CGI variables that a response without a session depends on.
REQUEST_KEY_VARIABLES = (
    *("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "PATH_INFO", "QUERY_STRING"),
    "HTTP_ACCEPT",
)

RequestKey = tuple[str | None, ...]
DatabaseSnapshot = tuple[str, str, str]
Result = TypeVar("Result")
CacheControl = Callable[[datetime.datetime], str]


@dataclass(frozen=True)
class State:
    """Everything but the request that a public response depends on.

    The visible rows, the local day and the lifted embargoes. No embargo lifts and no day ends from
    `since` (inclusive) to `until` (exclusive).
    """

    snapshot: DatabaseSnapshot
    since: datetime.datetime
    until: datetime.datetime

    def is_current(self, snapshot: DatabaseSnapshot | None, at: datetime.datetime) -> bool:
        """Return True if this is the state at `at` and `snapshot`; False if `snapshot` is None."""
        return self.snapshot == snapshot and self.since <= at < self.until


@dataclass(frozen=True)
class CachePolicy:
    """Permission to serve a response again while `state` is current."""

    state: State
    cache_control: CacheControl | None  # computes the header for each response, if set


@dataclass(frozen=True)
class CachedResponse:
    cache_policy: CachePolicy
    body: bytes | None  # None: only a 304 can be served
    headers: dict[str, str]

    @property
    def size(self) -> int:
        """Approximate size in memory, in bytes."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return len(self.body or b"") + headers + OVERHEAD


class ResponseCache:
    """Thread-safe LRU cache of responses, bounded by MAX_BYTES."""

    def __init__(self) -> None:
        self._entries: OrderedDict[RequestKey, CachedResponse] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, key: RequestKey) -> CachedResponse | None:
        with self._lock:
            if cached := self._entries.get(key):
                self._entries.move_to_end(key)
            return cached

    def store(self, key: RequestKey, cached: CachedResponse) -> None:
        """Store the response, evicting the least recently used."""
        with self._lock:
            if previous := self._entries.pop(key, None):
                self._subtract_size(key, previous)
            self._entries[key] = cached
            self._size += _key_length(key) + cached.size
            while self._size > MAX_BYTES:
                self._subtract_size(*self._entries.popitem(last=False))

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _subtract_size(self, key: RequestKey, removed: CachedResponse) -> None:
        self._size -= _key_length(key) + removed.size


def _key_length(key: RequestKey) -> int:
    return sum(len(part or "") for part in key)


responses = ResponseCache()


class ResponseCacheMiddleware:
    """Store the responses whose views set a cache policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (key := _request_key(request.META)) and (cached := _to_cached_response(response)):
            responses.store(key, cached)
        return response


def find_cached_response(
    environ: Mapping[str, Any], at: datetime.datetime
) -> CachedResponse | None:
    """Return the cached response if its state is current, with one query at most."""
    key = _request_key(environ)
    cached = responses.find(key) if key else None
    return (
        cached
        if cached and cached.cache_policy.state.is_current(_current_snapshot(SNAPSHOT_MAX_AGE), at)
        else None
    )


def state(request: HttpRequest, at: datetime.datetime) -> State | None:
    """Read the state at `at` and attach it to the request, for `cached_per_state`.

    None if the request is not cacheable or the state is unknown: without a database, and within a
    transaction, whose own changes the snapshot does not name.
    """
    snapshot = _current_snapshot() if _request_key(request.META) else None
    found = _state_at(snapshot, at) if snapshot else None
    request.state = found  # type: ignore[attr-defined]
    return found


def cached_per_state(request: HttpRequest, name: str, make: Callable[[], Result]) -> Result:
    """Return `make()`, computed once per state under the unique `name`.

    The result consists of strings, numbers and lists: a cached one may have been through JSON, with
    lists in place of tuples.
    """
    state: State | None = getattr(request, "state", None)
    if state is None:
        return make()
    digest = hashlib.sha256(f"{state} {name}".encode()).hexdigest()
    return caches["shared"].get_or_set(digest, make)  # type: ignore[return-value]


def set_cache_policy(response: HttpResponseBase, policy: CachePolicy) -> None:
    """Allow the response to be cached."""
    response.cache_policy = policy  # type: ignore[attr-defined]


def _request_key(environ: Mapping[str, Any]) -> RequestKey | None:
    """Return the parts of the request that its response depends on; None if not cacheable."""
    has_session = settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
    if environ["REQUEST_METHOD"] != "GET" or has_session:
        return None
    key = tuple(environ.get(name) for name in REQUEST_KEY_VARIABLES)
    return key if _key_length(key) <= MAX_KEY_LENGTH else None


class _SingleFlight:
    """Query the snapshot from one thread at a time; threads that wait share the next result."""

    def __init__(self) -> None:
        self._query_lock = threading.Lock()
        self._queried_at = -math.inf
        self._snapshot: DatabaseSnapshot | None = None

    def read(self, database: BaseDatabaseWrapper, age: float) -> DatabaseSnapshot | None:
        """Return a snapshot taken after this call, or at most `age` seconds before it."""
        oldest = time.monotonic() - age
        with self._query_lock:
            if self._queried_at < oldest:
                # None until the query succeeds: a failure must not leave the old snapshot.
                self._queried_at, self._snapshot = time.monotonic(), None
                self._snapshot = _query_snapshot(database)
            return self._snapshot


_single_flights = {alias: _SingleFlight() for alias in (replicas.PRIMARY, replicas.REPLICA)}


def _current_snapshot(age: float = 0) -> DatabaseSnapshot | None:
    alias = replicas.current_alias()
    database = connections[alias]
    return None if database.in_atomic_block else _single_flights[alias].read(database, age)


def _query_snapshot(database: BaseDatabaseWrapper) -> DatabaseSnapshot | None:
    try:
        database.close_if_unusable_or_obsolete()
        database.health_check_done = True  # type: ignore[attr-defined]  # this query checks it
        with database.cursor() as cursor:
            cursor.execute(SNAPSHOT_QUERY)
            return cursor.fetchone()
    except Error:
        database.close()  # the next query reconnects, or raises the reason
        return None


def _state_at(snapshot: DatabaseSnapshot, at: datetime.datetime) -> State:
    moments = Release.objects.filter(status=Release.Status.APPROVED).order_by("release_at")
    lifts = moments.values_list("release_at", flat=True)
    last = lifts.filter(release_at__lte=at).last()
    following = lifts.filter(release_at__gt=at).first()
    day = datetime.datetime.combine(timezone.localdate(at), datetime.time.min)
    today, tomorrow = map(timezone.make_aware, (day, day + datetime.timedelta(days=1)))
    return State(snapshot, max(last or today, today), min(following or tomorrow, tomorrow))


def _to_cached_response(response: HttpResponseBase) -> CachedResponse | None:
    """Return the response as it is cached, a large one without its body; None if not cacheable."""
    policy = getattr(response, "cache_policy", None)
    if not policy or not isinstance(response, HttpResponse) or response.cookies:
        return None
    if response.status_code not in CACHEABLE_STATUSES or "public" not in response["Cache-Control"]:
        return None
    is_whole = response.status_code == HTTPStatus.OK and len(response.content) <= MAX_BODY_BYTES
    return CachedResponse(policy, response.content if is_whole else None, dict(response.headers))
