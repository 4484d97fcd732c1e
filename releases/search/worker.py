"""Brings what is in the outbox into the index.

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
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from haystack import connections
from haystack.exceptions import SearchBackendError

from releases.models import Release, SearchChange
from releases.search import outbox
from releases.search.engine import Engine, IndexLockedError, IndexUnusableError, public_ids
from releases.search.similarity import update_due

BATCH = 500  # rows done in one go
REQUEST_BATCH = 20  # rows done within a request
POLL_INTERVAL = 2.0  # seconds after which a loop looks for new rows
AUDIT_INTERVAL = 60.0  # seconds after which a loop compares the index with the database

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProcessResult:
    """What one drain did: how many releases; which failed, by release id and error; and how many
    it left in the outbox for the process that writes to the index."""

    done: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    left: int = 0

    def __str__(self) -> str:
        sentence = f"{_count_phrase(self.done)} brought up to date"
        if self.failed:
            sentence += f", {len(self.failed)} failed (Search changes in the admin says why)"
        if self.left:
            sentence += (
                f"; another process is writing to the index, {_count_phrase(self.left)} will be "
                "searchable in a moment"
            )
        return sentence


def process_after_commit() -> None:
    """Drain once after this transaction, however often it asks."""
    hooks = transaction.get_connection().run_on_commit
    if all(function is not _process_in_request for _, function, *_ in hooks):
        transaction.on_commit(_process_in_request, robust=True)


def _process_in_request() -> None:
    process(hurry=True)


def process(at: datetime.datetime | None = None, hurry: bool = False) -> ProcessResult:
    """Do the rows due at `at` (aware; default: now), BATCH at most, in one write to the index; in a
    hurry FEW, and none while another process writes.

    Never raises for the index's sake: what fails stays, with its error, to be tried again.
    """
    at = at or timezone.now()
    rows = outbox.due_rows(at, REQUEST_BATCH if hurry else BATCH)
    if not rows:
        return ProcessResult()
    ids = {row.release_id for row in rows}
    try:
        failed = _engine().refresh(ids, at, hurry)
    except IndexLockedError as busy:
        logger.info("%s", busy)
        return ProcessResult(left=len(outbox.due_releases(at)))
    except Exception as error:
        failed = dict.fromkeys(ids, f"{type(error).__name__}: {error}")
        if isinstance(error, IndexUnusableError):
            return ProcessResult(0, failed)  # nothing is wrong with the rows
        logger.exception("The search index could not be written.")
    outbox.settle(rows, failed, at)
    return ProcessResult(len(ids - failed.keys()), failed)


def process_all(at: datetime.datetime | None = None) -> ProcessResult:
    """Do all rows that are due, until nothing is left but what failed just now, or while another
    process writes to the index."""
    done = 0
    failed: dict[int, str] = {}
    while True:
        result = process(at)
        is_stuck = not result.done and result.failed.keys() <= failed.keys()
        done += result.done
        failed |= result.failed
        if result.left or is_stuck:
            return ProcessResult(done, failed, result.left)


def sync(at: datetime.datetime | None = None) -> ProcessResult:
    """Bring all that is due into the index; one that can not be read is made anew first, which may
    take minutes."""
    before = outbox.due_releases(at)
    maintain()
    covered = before - outbox.due_releases(at)  # by an index that was made anew
    result = process_all(at)
    return replace(result, done=result.done + len(covered))


def maintain() -> bool:
    """Keep the index whole and quick to read; what can not be in a new one is queued with its
    error. Returns whether that went well; never raises for the index's sake."""
    try:
        outbox.enqueue_failed(_engine().maintain())
    except Error:
        raise
    except IndexLockedError as busy:
        logger.info("%s", busy)
    except Exception:
        logger.exception("The search index could not be maintained.")
        return False
    return True


def rebuild(progress: Callable[[str], object] = str) -> dict[int, str]:
    """Make the index anew while the old one answers. Returns the releases that are not in it, with
    the error; they are queued. Raises SearchBackendError where that is not possible now."""
    failed = _engine().rebuild(progress)
    outbox.enqueue_failed(failed)
    _invalidate_caches()
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
        outbox.enqueue(known)


def retry(rows: QuerySet[SearchChange]) -> int:
    """Try these rows again now, if their time had come once; returns how many."""
    now = timezone.now()
    with transaction.atomic():
        count = rows.filter(since__lte=now).update(due_at=now)
        process_after_commit()
    return count


def run(stop: threading.Event, progress: Callable[[str], object] = str) -> None:
    """Keep the index true until `stop` is set; a database that is away is waited for.

    `progress` is told what was done. Runs in any thread and closes that thread's connection.
    """
    loop = _Worker(progress)
    try:
        while not stop.is_set():
            stop.wait(loop.run_once())
    finally:
        connection.close()


class _Worker:
    """Does what has come due, each thing in its time."""

    def __init__(self, progress: Callable[[str], object]) -> None:
        self.progress = progress
        self.maintain_at = self.audit_at = time.monotonic()

    def run_once(self) -> float:
        """Do what is due; returns the seconds to wait for the next turn."""
        close_old_connections()
        try:
            self._run_periodic_tasks()
            result = process_all()
            if result != ProcessResult():
                self.progress(f"{result}.")
            if _call_index(update_due):
                return 0.0
            upcoming = outbox.backlog().next
        except Error as error:
            logger.warning("The database can not be read, trying again: %s", error)
            return POLL_INTERVAL
        until = (upcoming - timezone.now()).total_seconds() if upcoming else POLL_INTERVAL
        return min(max(until, 0.0), POLL_INTERVAL)

    def _run_periodic_tasks(self) -> None:
        now = time.monotonic()
        if now >= self.maintain_at and not maintain():
            self.maintain_at = time.monotonic() + outbox.MAX_RETRY_DELAY  # on a full disk, say
        if now >= self.audit_at:
            self.audit_at = now + AUDIT_INTERVAL
            _call_index(audit)


def _call_index(ask: Callable[[], Result]) -> Result | None:
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


def _count_phrase(count: int) -> str:
    return f"{count} release{'' if count == 1 else 's'}"


def _engine() -> Engine:
    return connections["default"].get_backend()


def _invalidate_caches() -> None:
    """Have the database's state differ from now on, so that no answer by the old index is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
