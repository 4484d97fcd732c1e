"""What waits to be indexed: queued by the verbs in their own transaction, drained after it.

A row says only "make the entry of this release anew". Whoever drains reads the release under the
index's lock and deletes the rows it did after the index is on disk. So two drainers at once, or a
drainer killed at any moment, at worst do the same work twice; nothing is lost and nothing old
overwrites what is new.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Count, F, Min, Q
from django.utils import timezone
from haystack import connections

from releases.models import SearchChange

BATCH = 500  # rows done in one go
PAUSE = 2.0  # seconds after which a loop looks for new rows
LONGEST_RETRY = 60  # seconds until what failed is tried again, at most

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drained:
    """What one drain did: how many releases, and which failed, by release id and error."""

    done: int = 0
    failed: dict[int, str] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = f"{self.done} release{'' if self.done == 1 else 's'} brought up to date"
        return f"{sentence}, {len(self.failed)} failed" if self.failed else sentence


@dataclass(frozen=True)
class Backlog:
    """How far the index lags: rows due, the oldest one's moment, rows that have failed at least
    once, and the moment of the next row yet to come due (an embargo's lift, a retry)."""

    due: int
    oldest: datetime.datetime | None
    failing: int
    next: datetime.datetime | None


def queue(release_ids: Iterable[int], due_at: datetime.datetime | None = None) -> None:
    """Note that these releases' entries must be made anew, now or once `due_at` has come.

    Call it in the transaction of the change itself: the note exists if the change does.
    """
    due = {} if due_at is None else {"due_at": due_at}
    SearchChange.objects.bulk_create(SearchChange(release_id=pk, **due) for pk in release_ids)


def drain(at: datetime.datetime | None = None) -> Drained:
    """Do the rows due at `at` (aware; default: now), BATCH at most, in one write to the index.

    Never raises for the index's sake: what fails stays, with its error, to be tried again.
    """
    at = at or timezone.now()
    rows = list(SearchChange.objects.filter(due_at__lte=at).order_by("due_at", "id")[:BATCH])
    if not rows:
        return Drained()
    ids = {row.release_id for row in rows}
    try:
        failed = connections["default"].get_backend().refresh(ids, at)
    except Exception as error:
        logger.exception("The search index could not be written.")
        failed = dict.fromkeys(ids, f"{type(error).__name__}: {error}")
    SearchChange.objects.filter(pk__in=[r.pk for r in rows if r.release_id not in failed]).delete()
    _put_off([row for row in rows if row.release_id in failed], failed, at)
    return Drained(len(ids - failed.keys()), failed)


def drain_all(at: datetime.datetime | None = None) -> Drained:
    """Drain until nothing more is due but what failed just now."""
    done = 0
    failed: dict[int, str] = {}
    while True:
        drained = drain(at)
        done += drained.done
        failed |= drained.failed
        if not drained.done:
            return Drained(done, failed)


def backlog(at: datetime.datetime | None = None) -> Backlog:
    """How far the index lags at `at` (aware; default: now)."""
    due = Q(due_at__lte=at or timezone.now())
    return Backlog(
        **SearchChange.objects.aggregate(
            due=Count("pk", filter=due),
            oldest=Min("due_at", filter=due),
            failing=Count("pk", filter=Q(attempts__gt=0)),
            next=Min("due_at", filter=~due),
        )
    )


def run(stop: threading.Event, say: Callable[[str], object] = str) -> None:
    """Drain whatever comes due until `stop` is set; a database that is away is waited for.

    `say` is told what was done. Runs in any thread and closes that thread's connection.
    """
    try:
        while not stop.is_set():
            stop.wait(_drain_and_pause(say))
    finally:
        connection.close()


def _drain_and_pause(say: Callable[[str], object]) -> float:
    """One turn of the loop; returns the seconds to wait for the next."""
    close_old_connections()
    try:
        drained = drain_all()
        if drained != Drained():
            say(f"{drained}.")
        upcoming = backlog().next
    except DatabaseError as error:
        logger.warning("The database can not be read, trying again: %s", error)
        return PAUSE
    until = (upcoming - timezone.now()).total_seconds() if upcoming else PAUSE
    return min(max(until, 0.0), PAUSE)


def _put_off(rows: Sequence[SearchChange], failed: dict[int, str], at: datetime.datetime) -> None:
    """Keep failed rows with their error, each further attempt after twice the time."""
    for row in rows:
        wait = min(2**row.attempts, LONGEST_RETRY)
        SearchChange.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1,
            error=failed[row.release_id],
            due_at=at + datetime.timedelta(seconds=wait),
        )
