"""Database state that cached responses depend on: public changes, local day, lifted embargoes."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils import timezone

from pressroom.infra.db import replicas
from releases.models import Release
from releases.models.office import OFFICE_QUERY
from releases.web.response_cache.changes import CHANGES_QUERY, LATEST, Changes, Shown

SNAPSHOT_MAX_AGE = 0.01  # seconds; bounds how late a change shows
EARLY = 0.75  # of that age, when one thread reads the next while others use the last
# The log of public changes as it is visible now: a commit changes the count of its rows, also one
# out of order; a deletion of old rows commits with a row of its own; a restore changes the highest
# id or transaction id. The server's start time and the database are part of it because transactions
# are numbered per server. The office is read along: every page shows it.
SNAPSHOT_QUERY = f"""
    SELECT concat_ws(
               ' ', count(*), max(id), max(xid),
               string_agg(id::text, ' ' ORDER BY id) FILTER (WHERE id % 512 = 0)
           ),
           pg_postmaster_start_time()::text,
           current_database(),
           {OFFICE_QUERY}
    FROM releases_publicchange
"""  # nosec B608  # noqa: S608  # the inserted part is a constant

MAX_LIFTS = 50  # looked at: pages are valid no longer than until the last of them

DatabaseSnapshot = tuple[str, str, str, str | None]


class Lift(NamedTuple):
    """End of an embargo, and the releases whose pages it changes, as the log has them (0052)."""

    at: datetime.datetime
    releases: tuple[int | None, ...]


class Validity(NamedTuple):
    """Condition under which a response is served again: the digest of a state's snapshot, and when
    no embargo lifts and no day ends; or the digest of the changes of what it shows, and when no
    embargo of that lifts."""

    snapshot: str
    since: datetime.datetime
    until: datetime.datetime
    shown: Shown | None = None  # None: what changes on any page may change it

    def is_current(self, at: datetime.datetime) -> bool:
        """Compare with a snapshot at most SNAPSHOT_MAX_AGE old, with two queries at most."""
        if not self.since <= at < self.until:
            return False
        if not (snapshot := _current_snapshot(SNAPSHOT_MAX_AGE)):
            return False
        if not self.shown:
            return self.snapshot == _digest(snapshot)
        changes = _changes(snapshot)
        return changes is not None and self.snapshot == changes.digest(self.shown)


@dataclass(frozen=True)
class State:
    """Everything but the request that a public response depends on.

    The public changes, the local day and the lifted embargoes. No embargo lifts and no day ends
    from `since` (inclusive) to `until` (exclusive).
    """

    snapshot: DatabaseSnapshot
    since: datetime.datetime
    until: datetime.datetime
    changes: Changes | None = field(compare=False, repr=False)
    lifts: tuple[Lift, ...] = field(compare=False, repr=False)  # from `until` on, MAX_LIFTS at most

    @property
    def office(self) -> str | None:
        """Return the stored office as JSON, None if there is none."""
        return self.snapshot[3]

    def validity(self, shown: Shown | None = None) -> Validity:
        """Return the validity of a response that shows no more than that."""
        if shown and self.changes:
            return Validity(self.changes.digest(shown), self.since, self._lift_of(shown), shown)
        return Validity(_digest(self.snapshot), self.since, self.until)

    def _lift_of(self, shown: Shown) -> datetime.datetime:
        """Return when the first embargo lifts that concerns what is shown."""
        for lift in self.lifts:
            if shown.may_show(filter(None, lift.releases), lift.at):
                return lift.at
        return LATEST if len(self.lifts) < MAX_LIFTS else self.lifts[-1].at


@lru_cache(maxsize=8)
def _digest(snapshot: DatabaseSnapshot) -> str:
    return hashlib.sha256(json.dumps(snapshot).encode()).hexdigest()


_last_state: State | None = None


def read_state(at: datetime.datetime) -> State | None:
    """Return the state at `at`; None if it is unknown.

    It is unknown without a database, and within a transaction, because the snapshot does not
    reflect the transaction's own changes.
    """
    global _last_state
    snapshot = _current_snapshot()
    if not snapshot:
        return None
    last = _last_state
    if last and last.snapshot == snapshot and last.since <= at < last.until:
        return last
    _last_state = _state_at(snapshot, at)
    return _last_state


class _SingleFlight:
    """Query the snapshot from one thread at a time; threads that wait share the next result."""

    def __init__(self) -> None:
        self._query_lock = threading.Lock()
        self._last: tuple[float, DatabaseSnapshot | None] = (-math.inf, None)

    def read(self, database: BaseDatabaseWrapper, age: float) -> DatabaseSnapshot | None:
        """Return a snapshot taken after this call, or at most `age` seconds before it."""
        arrived = time.monotonic()
        queried_at, snapshot = self._last
        if queried_at < arrived - age:
            with self._query_lock:
                return self._read_since(database, arrived - age)
        # One thread queries before it is too old, so that the others need not wait.
        early = arrived - age * EARLY
        if queried_at < early and self._query_lock.acquire(blocking=False):
            try:
                return self._read_since(database, early)
            finally:
                self._query_lock.release()
        return snapshot

    def _read_since(self, database: BaseDatabaseWrapper, oldest: float) -> DatabaseSnapshot | None:
        """Return the last snapshot if it is not older, else a new one, while holding the lock."""
        if self._last[0] < oldest:
            queried_at = time.monotonic()
            # A failure does not leave the old one.
            self._last = queried_at, _query_snapshot(database)
        return self._last[1]


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
    # First: they may be later than the snapshot, and then the lifts have to be, too.
    changes = _changes(snapshot)
    lifts = _next_lifts(at)
    day = datetime.datetime.combine(timezone.localdate(at), datetime.time.min)
    today, tomorrow = map(timezone.make_aware, (day, day + datetime.timedelta(days=1)))
    since, until = max([today, *_last_lifts(at)]), min([tomorrow, *(lift.at for lift in lifts)])
    return State(snapshot, since, until, changes, tuple(lifts))


# Those retracted since count, too: the clock may have been set back.
_LIFTED = (
    Q(status=Release.Status.APPROVED),
    Q(status__in=(Release.Status.WITHDRAWN, Release.Status.REMOVED, Release.Status.BLOCKED)),
)


def _next_lifts(at: datetime.datetime) -> list[Lift]:
    """Return the lifts after `at`, MAX_LIFTS at most."""
    # A part for each index.
    first, second = (
        Release.objects.filter(part, release_at__gt=at)
        .order_by("release_at")
        .values_list("release_at", "pk", "translation_of", "successor")[:MAX_LIFTS]
        for part in _LIFTED
    )
    rows = first.union(second, all=True).order_by("release_at")[:MAX_LIFTS]
    return [Lift(moment, tuple(names)) for moment, *names in rows if moment]


def _last_lifts(at: datetime.datetime) -> list[datetime.datetime]:
    """Return the last lift of each part of the releases up to `at`."""
    first, second = (
        Release.objects.filter(part, release_at__lte=at)
        .order_by("-release_at")
        .values_list("release_at", flat=True)[:1]
        for part in _LIFTED
    )
    return [moment for moment in first.union(second, all=True) if moment]


_last_changes: tuple[str, DatabaseSnapshot, Changes] | None = None


def _changes(snapshot: DatabaseSnapshot) -> Changes | None:
    """Return the changes up to the snapshot, or later ones too; None if they are unknown."""
    global _last_changes
    alias, last = replicas.current_alias(), _last_changes
    if last and last[:2] == (alias, snapshot):
        return last[2]
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(CHANGES_QUERY)
            found = Changes(cursor.fetchall(), snapshot[1:])
    except Error:
        return None
    _last_changes = alias, snapshot, found
    return found
