"""What waits to be indexed: queued by the verbs in their own transaction, drained after it.

A row says only "make the entry of this release anew". Whoever drains reads the release under the
index's lock and deletes the rows it did after the index is on disk. So two drainers at once, or a
drainer killed at any moment, at worst do the same work twice; nothing is lost and nothing old
overwrites what is new.

A verb drains at once after its commit, within somebody's request: in a hurry, and a few rows only.
All that may take longer (what a request left, what failed, an index that must be made anew) is for
`sync_search`, and for the loop that it and `run` keep going.
"""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone
from haystack import connections
from haystack.exceptions import SearchBackendError

from releases.models import Release, SearchChange
from releases.search.engine import Busy, Engine, Unusable, public_ids
from releases.search.similarity import learn

BATCH = 500  # rows done in one go
FEW = 20  # rows done within a request
PAUSE = 2.0  # seconds after which a loop looks for new rows
AUDIT = 60.0  # seconds after which a loop compares the index with the database
LONGEST_RETRY = 60  # seconds until what failed is tried again, at most

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drained:
    """What one drain did: how many releases; which failed, by release id and error; and how many
    it left in the outbox for the process that writes to the index."""

    done: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    left: int = 0

    def __str__(self) -> str:
        sentence = f"{_releases(self.done)} brought up to date"
        if self.failed:
            sentence += f", {len(self.failed)} failed (Search changes in the admin says why)"
        if self.left:
            sentence += (
                f"; another process is writing to the index, {_releases(self.left)} will be "
                "searchable in a moment"
            )
        return sentence


@dataclass(frozen=True)
class Backlog:
    """How far the index lags: rows due, since when the oldest waits (a failed one, too), rows that
    have failed at least once, and the moment of the next row yet to come due (an embargo's lift, a
    retry)."""

    due: int
    oldest: datetime.datetime | None
    failing: int
    next: datetime.datetime | None


def queue(release_ids: Iterable[int], due_at: datetime.datetime | None = None) -> None:
    """Note that these releases' entries must be made anew, now or once `due_at` has come.

    Call it in the transaction of the change itself: the note exists if the change does.
    """
    due = {} if due_at is None else {"due_at": due_at, "since": due_at}
    SearchChange.objects.bulk_create(SearchChange(release_id=pk, **due) for pk in release_ids)


def drain_after_commit() -> None:
    """Drain once after this transaction, however often it asks."""
    hooks = transaction.get_connection().run_on_commit
    if all(function is not _drain_in_a_hurry for _, function, *_ in hooks):
        transaction.on_commit(_drain_in_a_hurry, robust=True)


def _drain_in_a_hurry() -> None:
    drain(hurry=True)


def drain(at: datetime.datetime | None = None, hurry: bool = False) -> Drained:
    """Do the rows due at `at` (aware; default: now), BATCH at most, in one write to the index; in a
    hurry FEW, and none while another process writes.

    Never raises for the index's sake: what fails stays, with its error, to be tried again.
    """
    at = at or timezone.now()
    due = SearchChange.objects.filter(due_at__lte=at).order_by("due_at", "id")
    rows = _batch(due, FEW if hurry else BATCH)
    if not rows:
        return Drained()
    ids = {row.release_id for row in rows}
    try:
        failed = _engine().refresh(ids, at, hurry)
    except Busy as busy:
        logger.info("%s", busy)
        return Drained(left=len(_due_releases(at)))
    except Exception as error:
        failed = dict.fromkeys(ids, f"{type(error).__name__}: {error}")
        if isinstance(error, Unusable):
            return Drained(0, failed)  # nothing is wrong with the rows
        logger.exception("The search index could not be written.")
    SearchChange.objects.filter(pk__in=[r.pk for r in rows if r.release_id not in failed]).delete()
    _put_off([row for row in rows if row.release_id in failed], failed, at)
    return Drained(len(ids - failed.keys()), failed)


def _batch(due: QuerySet[SearchChange], most: int) -> list[SearchChange]:
    """The rows to do in one write. Where one of them fails the whole write, all are tried again:
    with each attempt fewer of them together, until the bad one is alone."""
    rows = list(due[:most])
    attempts = rows[0].attempts if rows else 0
    return [row for row in rows if row.attempts == attempts][: max(most >> 3 * attempts, 1)]


def drain_all(at: datetime.datetime | None = None) -> Drained:
    """Do all rows that are due, until nothing is left but what failed just now, or while another
    process writes to the index."""
    done = 0
    failed: dict[int, str] = {}
    while True:
        drained = drain(at)
        is_stuck = not drained.done and drained.failed.keys() <= failed.keys()
        done += drained.done
        failed |= drained.failed
        if drained.left or is_stuck:
            return Drained(done, failed, drained.left)


def sync(at: datetime.datetime | None = None) -> Drained:
    """Bring all that is due into the index; one that can not be read is made anew first, which may
    take minutes."""
    waiting = _due_releases(at)
    maintain()
    covered = waiting - _due_releases(at)  # by an index that was made anew
    drained = drain_all(at)
    return replace(drained, done=drained.done + len(covered))


def _due_releases(at: datetime.datetime | None) -> set[int]:
    due = SearchChange.objects.filter(due_at__lte=at or timezone.now())
    return set(due.values_list("release_id", flat=True))


def maintain() -> bool:
    """Keep the index whole and quick to read; what can not be in a new one is queued with its
    error. Returns whether that went well; never raises for the index's sake."""
    try:
        _queue_failed(_engine().maintain())
    except Error:
        raise
    except Busy as busy:
        logger.info("%s", busy)
    except Exception:
        logger.exception("The search index could not be maintained.")
        return False
    return True


def rebuild(say: Callable[[str], object] = str) -> dict[int, str]:
    """Make the index anew while the old one answers. Returns the releases that are not in it, with
    the error; they are queued. Raises SearchBackendError where that is not possible now."""
    failed = _engine().rebuild(say)
    _queue_failed(failed)
    _leave_a_trace()
    return failed


def audit() -> None:
    """Queue what is public and neither in the index nor waiting for it, and the reverse: the
    database may have been changed past the verbs, or restored. If that is much, rebuild."""
    lagging = public_ids() ^ _engine().indexed()
    lagging -= set(SearchChange.objects.values_list("release_id", flat=True))
    known = set(Release.objects.filter(pk__in=lagging).values_list("pk", flat=True))
    if known != lagging or len(lagging) > BATCH:
        rebuild()
    else:
        queue(known)


def retry(waiting: QuerySet[SearchChange]) -> int:
    """Try these rows again now, if their time had come once; returns how many."""
    now = timezone.now()
    with transaction.atomic():
        count = waiting.filter(since__lte=now).update(due_at=now)
        drain_after_commit()
    return count


def backlog(at: datetime.datetime | None = None) -> Backlog:
    """How far the index lags at `at` (aware; default: now)."""
    now = at or timezone.now()
    due = Q(due_at__lte=now)
    return Backlog(
        **SearchChange.objects.aggregate(
            due=Count("pk", filter=due),
            oldest=Min("since", filter=Q(since__lte=now)),
            failing=Count("pk", filter=Q(attempts__gt=0)),
            next=Min("due_at", filter=~due),
        )
    )


def run(stop: threading.Event, say: Callable[[str], object] = str) -> None:
    """Keep the index true until `stop` is set; a database that is away is waited for.

    `say` is told what was done. Runs in any thread and closes that thread's connection.
    """
    loop = _Loop(say)
    try:
        while not stop.is_set():
            stop.wait(loop.turn())
    finally:
        connection.close()


class _Loop:
    """Does what has come due, each thing in its time."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self.maintain_at = self.audit_at = time.monotonic()

    def turn(self) -> float:
        """Do what is due; returns the seconds to wait for the next turn."""
        close_old_connections()
        try:
            self._keep_up()
            drained = drain_all()
            if drained != Drained():
                self.say(f"{drained}.")
            if _of_the_index(learn):
                return 0.0
            upcoming = backlog().next
        except Error as error:
            logger.warning("The database can not be read, trying again: %s", error)
            return PAUSE
        until = (upcoming - timezone.now()).total_seconds() if upcoming else PAUSE
        return min(max(until, 0.0), PAUSE)

    def _keep_up(self) -> None:
        now = time.monotonic()
        if now >= self.maintain_at and not maintain():
            self.maintain_at = time.monotonic() + LONGEST_RETRY  # on a full disk, say
        if now >= self.audit_at:
            self.audit_at = now + AUDIT
            _of_the_index(audit)


def _of_the_index(ask: Callable[[], Answer]) -> Answer | None:
    """What is asked of the index; None while it can not be read, which `maintain` sees to. Whoosh
    meets damage with whatever error comes first: none of them ends the loop."""
    try:
        return ask()
    except Error:
        raise
    except SearchBackendError as error:  # there is none, or another process is making it
        logger.info("%s", error)
    except Exception:
        logger.exception("The search index could not be read.")
    return None


def _releases(count: int) -> str:
    return f"{count} release{'' if count == 1 else 's'}"


def _engine() -> Engine:
    return connections["default"].get_backend()


def _leave_a_trace() -> None:
    """Have the database's state differ from now on, so that no answer by the old index is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")


def _queue_failed(failed: dict[int, str]) -> None:
    SearchChange.objects.bulk_create(
        SearchChange(release_id=pk, attempts=1, error=error) for pk, error in failed.items()
    )


def _put_off(rows: Sequence[SearchChange], failed: dict[int, str], at: datetime.datetime) -> None:
    """Keep failed rows with their error, each further attempt after twice the time."""
    for row in rows:
        wait = min(2**row.attempts, LONGEST_RETRY)
        SearchChange.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1,
            error=failed[row.release_id],
            due_at=at + datetime.timedelta(seconds=wait),
        )
