"""Routing of public reads to a replica while its lag is small; everything else uses the primary.

docs/scale-out.md describes the effect on readers and staff, and failures of either server.
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
CHECK_INTERVAL = 1.0  # seconds, in each process
FAILURE_PAUSE = 5.0  # seconds until a failed server is tried again
MAX_SAMPLES = 600  # of the primary's log position, one per check

# Positions in the write-ahead log, in bytes: written by the primary, and replayed by the replica.
# A promoted replica still reports what it had replayed before.
WRITTEN_LSN_QUERY = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
REPLAYED_LSN_QUERY = (
    "SELECT coalesce(pg_last_wal_replay_lsn(), pg_current_wal_lsn()) - '0/0'::pg_lsn"
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)
_current_alias: ContextVar[str] = ContextVar("database that is read", default=PRIMARY)


def current_alias() -> str:
    """Return the alias of the database that this context reads; the primary's by default."""
    return _current_alias.get()


@contextmanager
def read_from(alias: str) -> Iterator[None]:
    """Read from the database `alias` within the block."""
    before = _current_alias.get()
    _current_alias.set(alias)
    try:
        yield
    finally:
        _current_alias.set(before)


class ReplicaRouter:
    """Database router: https://docs.djangoproject.com/en/5.2/topics/db/multi-db/"""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return current_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # both databases have the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY  # tables are replicated


class ReplicaMonitor:
    """Replication lag as measured by this process; shared by its threads.

    Each check samples the primary's log position. The lag is the time between the newest sample
    that the replica has replayed and the newest sample. This needs only this process's clock and
    does not grow while nothing is written. While the primary does not answer there are no new
    samples, and the lag stays what it was: nothing newer can be read anywhere.
    """

    def __init__(self) -> None:
        self._check_lock = threading.Lock()
        self._samples: deque[tuple[float, int]] = deque(
            maxlen=MAX_SAMPLES
        )  # monotonic seconds, log position
        self._replayed_at = -math.inf  # monotonic seconds, of the newest replayed sample
        self._lag: float | None = None
        self._next_check = 0.0

    @property
    def is_usable(self) -> bool:
        """Return True if the replica answered the last check with an acceptable lag."""
        return self._lag is not None and self._lag <= settings.DATABASE_REPLICA_MAX_LAG

    def check_if_due(self) -> bool:
        """Return `is_usable` after a check, if due, without waiting for another thread's."""
        if time.monotonic() >= self._next_check and self._check_lock.acquire(blocking=False):
            try:
                self._check()
            finally:
                self._check_lock.release()
        return self.is_usable

    def lag(self) -> float | None:
        """Measure the lag in seconds; None if the replica does not answer."""
        with self._check_lock:
            # A busy primary is always slightly ahead: sample again before declaring a lag.
            if self._check():
                time.sleep(0.1)
                self._check()
            return self._lag

    def mark_failed(self) -> None:
        """Stop reading from the replica for FAILURE_PAUSE seconds."""
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
            logger.info("Reading from the replica.")
        elif was_near and not self.is_usable:
            why = "does not answer" if lag is None else f"is {lag:.0f} seconds behind"
            logger.warning("The replica %s: reading from the primary.", why)


monitor = ReplicaMonitor()


class ReplicaMiddleware:
    """Serve public requests from the replica while it is usable.

    A request that fails on the replica is repeated on the primary.
    """

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
    """Return whether DATABASE_REPLICA_URL is set."""
    return REPLICA in connections


def is_in_use() -> bool:
    """Return whether public pages are read from the replica now."""
    return is_configured() and monitor.check_if_due()


def _is_public(request: HttpRequest) -> bool:
    # Staff must see what they just wrote; only anonymous readers may see a lag.
    has_session = settings.SESSION_COOKIE_NAME in request.META.get("HTTP_COOKIE", "")
    is_inside = any(place in request.path for place in settings.PRIMARY_PATHS)
    return request.method in SAFE_METHODS and not has_session and not is_inside


def _keep_reading_replica(response: HttpResponseBase) -> HttpResponseBase:
    # A streaming response reads the database after the middleware has returned.
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        response.streaming_content = _iterate_on_replica(response.streaming_content)  # type: ignore[arg-type]
    return response


def _iterate_on_replica(parts: Iterator[bytes]) -> Iterator[bytes]:
    with read_from(REPLICA):
        yield from parts


def _wal_position(alias: str, query: str) -> int | None:
    """Return the server's log position in bytes; None if it does not answer."""
    database = connections[alias]
    try:
        # An idle connection that broke, as when the server restarted, does not mean that the
        # server is down. Django replaces it when a request starts; this runs before that.
        if not database.in_atomic_block:
            database.close_if_unusable_or_obsolete()
        with database.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])
    except Error:
        database.close()
        return None
