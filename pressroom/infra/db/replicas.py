"""Which database is read: by the public the replica, where there is one that is near; by all
others, and for all that is written, the primary.

docs/scale-out.md tells what that means for readers and staff, and what becomes of it when one of
the two is away.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

PRIMARY = DEFAULT_DB_ALIAS
REPLICA = "replica"
SAFE_METHODS = {"GET", "HEAD"}
PRIMARY_PATHS = ("/admin/", "/preview/", "/health/")  # in any language's addresses
CHECK_INTERVAL = 1.0  # seconds, in each process
FAILURE_PAUSE = 5.0  # seconds that a server which failed is not asked again
MAX_SAMPLES = 600  # that are held: as many looks back

# Places in the write-ahead log, in bytes: how far it is written, and how far the replica shows what
# it says. One that was promoted shows what it had replayed until then.
WRITTEN_LSN_QUERY = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
REPLAYED_LSN_QUERY = (
    "SELECT coalesce(pg_last_wal_replay_lsn(), pg_current_wal_lsn()) - '0/0'::pg_lsn"
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)
_current_alias: ContextVar[str] = ContextVar("database that is read", default=PRIMARY)


def current_alias() -> str:
    """The alias of the database that is read at this place: a request's, else the primary's."""
    return _current_alias.get()


@contextmanager
def read_from(alias: str) -> Iterator[None]:
    """Read that database within the block."""
    before = _current_alias.get()
    _current_alias.set(alias)
    try:
        yield
    finally:
        _current_alias.set(before)


class ReplicaRouter:
    """Django's way to ask it: https://docs.djangoproject.com/en/5.2/topics/db/multi-db/"""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """As the request has it."""
        return current_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Always the primary."""
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """They are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db == PRIMARY


class ReplicaMonitor:
    """How far the replica is behind, as this process knows it. Threads share it.

    At each look the primary tells how far its log is written: a mark. A replica that shows a mark
    shows everything up to the moment of that mark; so its lag is the time from there to the last
    mark. That needs no clock but this process's own, and does not grow while nothing is
    written. A primary that does not answer sets no marks, so the lag stays what it was when it
    last did: what it had written is then as new as anything is.
    """

    def __init__(self) -> None:
        self._check_lock = threading.Lock()
        self._samples: deque[tuple[float, int]] = deque(
            maxlen=MAX_SAMPLES
        )  # moment, place in the log
        self._replayed_at = -math.inf  # the moment of the last mark that the replica showed
        self._lag: float | None = None
        self._next_check = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether the replica may be read, by the last look; None of its lag, no."""
        return self._lag is not None and self._lag <= settings.DATABASE_REPLICA_MAX_LAG

    def check_if_due(self) -> bool:
        """The same, after a look if one is due. Nobody waits for the look of another thread."""
        if time.monotonic() >= self._next_check and self._check_lock.acquire(blocking=False):
            try:
                self._check()
            finally:
                self._check_lock.release()
        return self.is_usable

    def lag(self) -> float | None:
        """The lag now, in seconds; None where the replica does not answer. Of a busy primary the
        replica is always a moment behind: what it lacks then is looked at once more."""
        with self._check_lock:
            if self._check():
                time.sleep(0.1)
                self._check()
            return self._lag

    def mark_failed(self) -> None:
        """Do not read the replica for a while: it failed."""
        self._set_lag(None)
        self._next_check = time.monotonic() + FAILURE_PAUSE

    def _check(self) -> float | None:
        moment, written = time.monotonic(), _wal_position(PRIMARY, WRITTEN_LSN_QUERY)
        if written is not None:
            self._samples.append((moment, written))
        shown = _wal_position(REPLICA, REPLAYED_LSN_QUERY)
        if shown is None:
            self.mark_failed()
        else:
            self._set_lag(self._lag_behind(shown))
            pause = CHECK_INTERVAL if written is not None else FAILURE_PAUSE
            self._next_check = time.monotonic() + pause
        return self._lag

    def _lag_behind(self, shown: int) -> float:
        if not self._samples:  # the primary has never answered this process
            return 0.0
        moments = [moment for moment, written in self._samples if written <= shown]
        self._replayed_at = max(moments, default=self._replayed_at)
        return self._samples[-1][0] - self._replayed_at

    def _set_lag(self, lag: float | None) -> None:
        was_near, self._lag = self.is_usable, lag
        if self.is_usable and not was_near:
            logger.info("The replica is read.")
        elif was_near and not self.is_usable:
            why = "does not answer" if lag is None else f"is {lag:.0f} seconds behind"
            logger.warning("The replica %s: the primary is read.", why)


monitor = ReplicaMonitor()


class ReplicaMiddleware:
    """Has the public's requests read the replica while it is near. What it fails at is asked of the
    primary instead, so that no reader gets an error for its sake."""

    def __init__(self, get_response: GetResponse) -> None:
        if not is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not (_is_public(request) and is_in_use()):
            return self.get_response(request)
        with read_from(REPLICA):
            response = self.get_response(request)
        if response.status_code >= 500 and connections[REPLICA].errors_occurred:
            monitor.mark_failed()
            return self.get_response(request)
        return _keep_reading_replica(response)


def is_configured() -> bool:
    """Whether there is a replica at all."""
    return REPLICA in connections


def is_in_use() -> bool:
    """Whether what is public is read from it now."""
    return is_configured() and monitor.check_if_due()


def _is_public(request: HttpRequest) -> bool:
    """Who has a session sees at once what they wrote; only what is public may lag."""
    has_session = settings.SESSION_COOKIE_NAME in request.META.get("HTTP_COOKIE", "")
    is_inside = any(place in request.path for place in PRIMARY_PATHS)
    return request.method in SAFE_METHODS and not has_session and not is_inside


def _keep_reading_replica(response: HttpResponseBase) -> HttpResponseBase:
    """What is sent bit by bit is still read when the middleware is through."""
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        response.streaming_content = _iterate_on_replica(response.streaming_content)  # type: ignore[arg-type]
    return response


def _iterate_on_replica(parts: Iterator[bytes]) -> Iterator[bytes]:
    with read_from(REPLICA):
        yield from parts


def _wal_position(alias: str, query: str) -> int | None:
    """The place in the log that the server tells; None where it does not answer."""
    database = connections[alias]
    try:
        # One that broke while it lay idle, as all do when a server starts anew, does not say that
        # the server is away. Django replaces it when a request begins; a look comes before that.
        if not database.in_atomic_block:
            database.close_if_unusable_or_obsolete()
        with database.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])
    except Error:
        database.close()
        return None
