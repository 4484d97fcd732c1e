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
OF_THE_PRIMARY = ("/admin/", "/preview/", "/health/")  # in any language's addresses
LOOKS_EVERY = 1.0  # seconds, in each process
AVOIDED_FOR = 5.0  # seconds that a server which failed is not asked again
MARKS = 600  # that are held: as many looks back

# Places in the write-ahead log, in bytes: how far it is written, and how far the replica shows what
# it says. One that was promoted shows what it had replayed until then.
WRITTEN = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
SHOWN = "SELECT coalesce(pg_last_wal_replay_lsn(), pg_current_wal_lsn()) - '0/0'::pg_lsn"

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)
_read: ContextVar[str] = ContextVar("database that is read", default=PRIMARY)


def read_now() -> str:
    """The alias of the database that is read at this place: a request's, else the primary's."""
    return _read.get()


@contextmanager
def reading(alias: str) -> Iterator[None]:
    """Read that database within the block."""
    before = _read.get()
    _read.set(alias)
    try:
        yield
    finally:
        _read.set(before)


class Router:
    """Django's way to ask it: https://docs.djangoproject.com/en/5.2/topics/db/multi-db/"""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """As the request has it."""
        return read_now()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Always the primary."""
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """They are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db == PRIMARY


class Watch:
    """How far the replica is behind, as this process knows it. Threads share it.

    At each look the primary tells how far its log is written: a mark. A replica that shows a mark
    shows everything up to the moment of that mark; so its lag is the time from there to the last
    mark. That needs no clock but this process's own, and does not grow while nothing is
    written. A primary that does not answer sets no marks, so the lag stays what it was when it
    last did: what it had written is then as new as anything is.
    """

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._marks: deque[tuple[float, int]] = deque(maxlen=MARKS)  # moment, place in the log
        self._shown = -math.inf  # the moment of the last mark that the replica showed
        self._lag: float | None = None
        self._next_look = 0.0

    @property
    def is_near(self) -> bool:
        """Whether the replica may be read, by the last look; None of its lag, no."""
        return self._lag is not None and self._lag <= settings.DATABASE_REPLICA_MAX_LAG

    def keep_looking(self) -> bool:
        """The same, after a look if one is due. Nobody waits for the look of another thread."""
        if time.monotonic() >= self._next_look and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self.is_near

    def lag(self) -> float | None:
        """The lag now, in seconds; None where the replica does not answer. Of a busy primary the
        replica is always a moment behind: what it lacks then is looked at once more."""
        with self._looking:
            if self._look():
                time.sleep(0.1)
                self._look()
            return self._lag

    def avoid(self) -> None:
        """Do not read the replica for a while: it failed."""
        self._note(None)
        self._next_look = time.monotonic() + AVOIDED_FOR

    def _look(self) -> float | None:
        moment, written = time.monotonic(), _place(PRIMARY, WRITTEN)
        if written is not None:
            self._marks.append((moment, written))
        shown = _place(REPLICA, SHOWN)
        if shown is None:
            self.avoid()
        else:
            self._note(self._behind(shown))
            pause = LOOKS_EVERY if written is not None else AVOIDED_FOR
            self._next_look = time.monotonic() + pause
        return self._lag

    def _behind(self, shown: int) -> float:
        if not self._marks:  # the primary has never answered this process
            return 0.0
        moments = [moment for moment, written in self._marks if written <= shown]
        self._shown = max(moments, default=self._shown)
        return self._marks[-1][0] - self._shown

    def _note(self, lag: float | None) -> None:
        was_near, self._lag = self.is_near, lag
        if self.is_near and not was_near:
            logger.info("The replica is read.")
        elif was_near and not self.is_near:
            why = "does not answer" if lag is None else f"is {lag:.0f} seconds behind"
            logger.warning("The replica %s: the primary is read.", why)


watch = Watch()


class ReplicaMiddleware:
    """Has the public's requests read the replica while it is near. What it fails at is asked of the
    primary instead, so that no reader gets an error for its sake."""

    def __init__(self, get_response: GetResponse) -> None:
        if not is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not (_is_public(request) and is_read()):
            return self.get_response(request)
        with reading(REPLICA):
            response = self.get_response(request)
        if response.status_code >= 500 and connections[REPLICA].errors_occurred:
            watch.avoid()
            return self.get_response(request)
        return _read_on(response)


def is_configured() -> bool:
    """Whether there is a replica at all."""
    return REPLICA in connections


def is_read() -> bool:
    """Whether what is public is read from it now."""
    return is_configured() and watch.keep_looking()


def _is_public(request: HttpRequest) -> bool:
    """Who has a session sees at once what they wrote; only what is public may lag."""
    has_session = settings.SESSION_COOKIE_NAME in request.META.get("HTTP_COOKIE", "")
    is_inside = any(place in request.path for place in OF_THE_PRIMARY)
    return request.method in SAFE_METHODS and not has_session and not is_inside


def _read_on(response: HttpResponseBase) -> HttpResponseBase:
    """What is sent bit by bit is still read when the middleware is through."""
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        response.streaming_content = _as_begun(response.streaming_content)  # type: ignore[arg-type]
    return response


def _as_begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    with reading(REPLICA):
        yield from parts


def _place(alias: str, query: str) -> int | None:
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
