"""Answers that are kept whole in the process, for `front` to give again while nothing has changed.

docs/caching.md tells why what is given again is what would be made, then or SHARED_FOR before.
"""

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

MAX_BYTES = 4 * 1024 * 1024  # bytes of the bodies kept in a process
MAX_BODY_BYTES = MAX_BYTES // 8
OVERHEAD = 2048  # bytes that an answer takes besides what is counted
MAX_KEY_LENGTH = (
    2048  # characters of a request that an answer depends on; longer ones are made anew
)
SNAPSHOT_MAX_AGE = 0.01  # seconds that a process goes by what it was told is visible
# Of PostgreSQL's own: which transactions are visible, since when this server counts them, and in
# which of its databases, as it counts for all. A standby's snapshots do not name the transactions
# under way, so that one which becomes visible may leave them as they were: there it is the place in
# the primary's log up to which all is visible.
SNAPSHOT_QUERY = """
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text
           ELSE pg_current_snapshot()::text END,
           pg_postmaster_start_time()::text,
           current_database()
"""
CACHEABLE_STATUSES = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
# What an answer depends on of a request without a session.
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
    """All that a public answer depends on beside its address: the rows that are visible, the day,
    and which embargoes have lifted. Between `since` and `until` none lifts, and no day ends."""

    snapshot: DatabaseSnapshot
    since: datetime.datetime
    until: datetime.datetime

    def is_current(self, snapshot: DatabaseSnapshot | None, at: datetime.datetime) -> bool:
        """Return True if this is the state at `at` and `snapshot`; False if that is unknown."""
        return self.snapshot == snapshot and self.since <= at < self.until


@dataclass(frozen=True)
class CachePolicy:
    """Made of an answer by its view: it may be given again while the state holds; `cache_control`
    is said anew each time."""

    state: State
    cache_control: CacheControl | None


@dataclass(frozen=True)
class CachedResponse:
    """An answer to give again; without a body it is but for who has that already."""

    cache_policy: CachePolicy
    body: bytes | None
    headers: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return len(self.body or b"") + headers + OVERHEAD


class ResponseCache:
    """The answers that were asked for last, within ROOM bytes. Threads share it."""

    def __init__(self) -> None:
        self._entries: OrderedDict[RequestKey, CachedResponse] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, key: RequestKey) -> CachedResponse | None:
        """What is kept under the key."""
        with self._lock:
            if cached := self._entries.get(key):
                self._entries.move_to_end(key)
            return cached

    def store(self, key: RequestKey, cached: CachedResponse) -> None:
        """In place of what was there; what was not asked for the longest makes room."""
        with self._lock:
            if before := self._entries.pop(key, None):
                self._subtract_size(key, before)
            self._entries[key] = cached
            self._size += _key_length(key) + cached.size
            while self._size > MAX_BYTES:
                self._subtract_size(*self._entries.popitem(last=False))

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _subtract_size(self, key: RequestKey, gone: CachedResponse) -> None:
        self._size -= _key_length(key) + gone.size


def _key_length(key: RequestKey) -> int:
    return sum(len(part or "") for part in key)


responses = ResponseCache()


class ResponseCacheMiddleware:
    """Keeps the answers that their views offer to be given again."""

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
    """What is kept for the request of these CGI variables, where the state is still that in which
    it was made; None where that is to be made anew. It costs one query at most."""
    key = _request_key(environ)
    cached = responses.find(key) if key else None
    return (
        cached
        if cached and cached.cache_policy.state.is_current(_current_snapshot(SNAPSHOT_MAX_AGE), at)
        else None
    )


def state(request: HttpRequest, at: datetime.datetime) -> State | None:
    """The state at `at`; None where the request is always answered anew, and where it can not be
    told: within a transaction, whose own changes PostgreSQL's snapshot does not name, or without
    a database. `cached_per_state` goes by it."""
    snapshot = _current_snapshot() if _request_key(request.META) else None
    told = _state_at(snapshot, at) if snapshot else None
    request.state = told  # type: ignore[attr-defined]
    return told


def cached_per_state(request: HttpRequest, name: str, make: Callable[[], Result]) -> Result:
    """What `make` gives, made once while the state of the request holds. `name` tells it from all
    else that is remembered. It is of texts, numbers and lists: what was made for another request
    may come as JSON gives it back, with lists in place of tuples."""
    held: State | None = getattr(request, "state", None)
    if held is None:
        return make()
    digest = hashlib.sha256(f"{held} {name}".encode()).hexdigest()
    return caches["shared"].get_or_set(digest, make)  # type: ignore[return-value]


def set_cache_policy(response: HttpResponseBase, policy: CachePolicy) -> None:
    """Say that the answer may be given again."""
    response.cache_policy = policy  # type: ignore[attr-defined]


def _request_key(environ: Mapping[str, Any]) -> RequestKey | None:
    """The request as far as its answer depends on it; None where that is always made anew."""
    has_session = settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
    if environ["REQUEST_METHOD"] != "GET" or has_session:
        return None
    key = tuple(environ.get(name) for name in REQUEST_KEY_VARIABLES)
    return key if _key_length(key) <= MAX_KEY_LENGTH else None


class _SingleFlight:
    """Has one thread at a time ask a database what is visible; those that come meanwhile share the
    next answer."""

    def __init__(self) -> None:
        self._query_lock = threading.Lock()
        self._queried_at = -math.inf
        self._snapshot: DatabaseSnapshot | None = None

    def read(self, database: BaseDatabaseWrapper, age: float) -> DatabaseSnapshot | None:
        """What is visible at some moment from this call on, or at most `age` seconds before it."""
        oldest = time.monotonic() - age
        with self._query_lock:
            if self._queried_at < oldest:
                self._queried_at, self._snapshot = (
                    time.monotonic(),
                    None,
                )  # nothing old where that fails
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
        database.health_check_done = True  # type: ignore[attr-defined]  # this query is one
        with database.cursor() as cursor:
            cursor.execute(SNAPSHOT_QUERY)
            return cursor.fetchone()
    except Error:
        database.close()  # whoever asks next gets a new one, or the reason why not
        return None


def _state_at(snapshot: DatabaseSnapshot, at: datetime.datetime) -> State:
    moments = Release.objects.filter(status=Release.Status.APPROVED).order_by("release_at")
    lifts = moments.values_list("release_at", flat=True)
    last, coming = lifts.filter(release_at__lte=at).last(), lifts.filter(release_at__gt=at).first()
    day = datetime.datetime.combine(timezone.localdate(at), datetime.time.min)
    today, tomorrow = map(timezone.make_aware, (day, day + datetime.timedelta(days=1)))
    return State(snapshot, max(last or today, today), min(coming or tomorrow, tomorrow))


def _to_cached_response(response: HttpResponseBase) -> CachedResponse | None:
    """The answer as it is kept, without its body where that is large; None where it is not for
    everybody."""
    policy = getattr(response, "cache_policy", None)
    if not policy or not isinstance(response, HttpResponse) or response.cookies:
        return None
    if response.status_code not in CACHEABLE_STATUSES or "public" not in response["Cache-Control"]:
        return None
    is_whole = response.status_code == HTTPStatus.OK and len(response.content) <= MAX_BODY_BYTES
    return CachedResponse(policy, response.content if is_whole else None, dict(response.headers))
