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

ROOM = 4 * 1024 * 1024  # bytes of the bodies kept in a process
LARGEST = ROOM // 8
OVERHEAD = 2048  # bytes that an answer takes besides what is counted
LONGEST_KEY = 2048  # characters of a request that an answer depends on; longer ones are made anew
SHARED_FOR = 0.01  # seconds that a process goes by what it was told is visible
# Of PostgreSQL's own: which transactions are visible, since when this server counts them, and in
# which of its databases, as it counts for all. A standby's snapshots do not name the transactions
# under way, so that one which becomes visible may leave them as they were: there it is the place in
# the primary's log up to which all is visible.
SEEN = """
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text
           ELSE pg_current_snapshot()::text END,
           pg_postmaster_start_time()::text,
           current_database()
"""
GIVEN_AGAIN = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
# What an answer depends on of a request without a session.
ASKED = (
    *("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "PATH_INFO", "QUERY_STRING"),
    "HTTP_ACCEPT",
)

Key = tuple[str | None, ...]
Seen = tuple[str, str, str]
Told = TypeVar("Told")
CacheControl = Callable[[datetime.datetime], str]


@dataclass(frozen=True)
class State:
    """All that a public answer depends on beside its address: the rows that are visible, the day,
    and which embargoes have lifted. Between `since` and `until` none lifts, and no day ends."""

    seen: Seen
    since: datetime.datetime
    until: datetime.datetime

    def holds(self, seen: Seen | None, at: datetime.datetime) -> bool:
        """Whether it is the state at `at`, when `seen` is visible; not where that is unknown."""
        return self.seen == seen and self.since <= at < self.until


@dataclass(frozen=True)
class Offer:
    """Made of an answer by its view: it may be given again while the state holds; `cache_control`
    is said anew each time."""

    state: State
    cache_control: CacheControl | None


@dataclass(frozen=True)
class Kept:
    """An answer to give again; without a body it is but for who has that already."""

    offer: Offer
    body: bytes | None
    headers: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return len(self.body or b"") + headers + OVERHEAD


class Shelf:
    """The answers that were asked for last, within ROOM bytes. Threads share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, key: Key) -> Kept | None:
        """What is kept under the key."""
        with self._lock:
            if kept := self._kept.get(key):
                self._kept.move_to_end(key)
            return kept

    def keep(self, key: Key, kept: Kept) -> None:
        """In place of what was there; what was not asked for the longest makes room."""
        with self._lock:
            if before := self._kept.pop(key, None):
                self._take(key, before)
            self._kept[key] = kept
            self._size += _length(key) + kept.size
            while self._size > ROOM:
                self._take(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _take(self, key: Key, gone: Kept) -> None:
        self._size -= _length(key) + gone.size


def _length(key: Key) -> int:
    return sum(len(part or "") for part in key)


shelf = Shelf()


class KeepingMiddleware:
    """Keeps the answers that their views offer to be given again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (key := _key(request.META)) and (kept := _keepable(response)):
            shelf.keep(key, kept)
        return response


def kept_for(said: Mapping[str, Any], at: datetime.datetime) -> Kept | None:
    """What is kept for the request of these CGI variables, where the state is still that in which
    it was made; None where that is to be made anew. It costs one query at most."""
    key = _key(said)
    kept = shelf.find(key) if key else None
    return kept if kept and kept.offer.state.holds(_seen(SHARED_FOR), at) else None


def state(request: HttpRequest, at: datetime.datetime) -> State | None:
    """The state at `at`; None where the request is always answered anew, and where it can not be
    told: within a transaction, whose own changes PostgreSQL's snapshot does not name, or without
    a database. `remembered` goes by it."""
    seen = _seen() if _key(request.META) else None
    told = _with_lifts(seen, at) if seen else None
    request.state = told  # type: ignore[attr-defined]
    return told


def remembered(request: HttpRequest, name: str, make: Callable[[], Told]) -> Told:
    """What `make` gives, made once while the state of the request holds. `name` tells it from all
    else that is remembered. It is of texts, numbers and lists: what was made for another request
    may come as JSON gives it back, with lists in place of tuples."""
    held: State | None = getattr(request, "state", None)
    if held is None:
        return make()
    digest = hashlib.sha256(f"{held} {name}".encode()).hexdigest()
    return caches["shared"].get_or_set(digest, make)  # type: ignore[return-value]


def offer(response: HttpResponseBase, offered: Offer) -> None:
    """Say that the answer may be given again."""
    response.offer = offered  # type: ignore[attr-defined]


def _key(said: Mapping[str, Any]) -> Key | None:
    """The request as far as its answer depends on it; None where that is always made anew."""
    has_session = settings.SESSION_COOKIE_NAME in said.get("HTTP_COOKIE", "")
    if said["REQUEST_METHOD"] != "GET" or has_session:
        return None
    key = tuple(said.get(name) for name in ASKED)
    return key if _length(key) <= LONGEST_KEY else None


class _Turns:
    """Has one thread at a time ask a database what is visible; those that come meanwhile share the
    next answer."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._asked_at = -math.inf
        self._told: Seen | None = None

    def ask(self, database: BaseDatabaseWrapper, age: float) -> Seen | None:
        """What is visible at some moment from this call on, or at most `age` seconds before it."""
        oldest = time.monotonic() - age
        with self._turn:
            if self._asked_at < oldest:
                self._asked_at, self._told = time.monotonic(), None  # nothing old where that fails
                self._told = _ask(database)
            return self._told


_turns = {alias: _Turns() for alias in (replicas.PRIMARY, replicas.REPLICA)}


def _seen(age: float = 0) -> Seen | None:
    alias = replicas.read_now()
    database = connections[alias]
    return None if database.in_atomic_block else _turns[alias].ask(database, age)


def _ask(database: BaseDatabaseWrapper) -> Seen | None:
    try:
        database.close_if_unusable_or_obsolete()
        database.health_check_done = True  # type: ignore[attr-defined]  # this query is one
        with database.cursor() as cursor:
            cursor.execute(SEEN)
            return cursor.fetchone()
    except Error:
        database.close()  # whoever asks next gets a new one, or the reason why not
        return None


def _with_lifts(seen: Seen, at: datetime.datetime) -> State:
    moments = Release.objects.filter(status=Release.Status.APPROVED).order_by("release_at")
    lifts = moments.values_list("release_at", flat=True)
    last, coming = lifts.filter(release_at__lte=at).last(), lifts.filter(release_at__gt=at).first()
    day = datetime.datetime.combine(timezone.localdate(at), datetime.time.min)
    today, tomorrow = map(timezone.make_aware, (day, day + datetime.timedelta(days=1)))
    return State(seen, max(last or today, today), min(coming or tomorrow, tomorrow))


def _keepable(response: HttpResponseBase) -> Kept | None:
    """The answer as it is kept, without its body where that is large; None where it is not for
    everybody."""
    offered = getattr(response, "offer", None)
    if not offered or not isinstance(response, HttpResponse) or response.cookies:
        return None
    if response.status_code not in GIVEN_AGAIN or "public" not in response["Cache-Control"]:
        return None
    is_whole = response.status_code == HTTPStatus.OK and len(response.content) <= LARGEST
    return Kept(offered, response.content if is_whole else None, dict(response.headers))
