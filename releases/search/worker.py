"""Worker that processes the search outbox and maintains the index.

Releases are read under the index lock, and rows are deleted only after the index is on disk. Two
workers at once, or one killed at any moment, at worst do the same work twice: no change is lost and
no old text overwrites new text.

After an action commits, its request processes a few rows itself. Retries, large backlogs and
rebuilds are left to `sync_search`, or to the loop that it and `run` keep going.
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
from releases.search import outbox, vocabulary
from releases.search.engine import Engine, IndexLockedError, IndexUnusableError, public_ids
from releases.search.similarity import renew_outgrown, update_due

BATCH = 500  # rows per write
REQUEST_BATCH = 20  # rows per write within a request
POLL_INTERVAL = 2.0  # seconds between two looks at the outbox
AUDIT_INTERVAL = 60.0  # seconds between two comparisons of index and database

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProcessResult:
    """Releases indexed, errors by release id, and releases left to the process that is writing to
    the index."""

    done: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    left: int = 0

    def __str__(self) -> str:
        sentence = f"{_count_phrase(self.done)} brought up to date"
        if self.failed:
            sentence += f", {len(self.failed)} failed (see Search changes in the admin)"
        if self.left:
            sentence += (
                f"; another process is writing to the index, {_count_phrase(self.left)} will be "
                "searchable in a moment"
            )
        return sentence


def process_after_commit() -> None:
    """Process the outbox after this transaction commits, once however often it is called."""
    hooks = transaction.get_connection().run_on_commit
    if all(function is not _process_in_request for _, function, *_ in hooks):
        transaction.on_commit(_process_in_request, robust=True)


def _process_in_request() -> None:
    process(in_request=True)


def process(at: datetime.datetime | None = None, in_request: bool = False) -> ProcessResult:
    """Process up to BATCH, or REQUEST_BATCH, rows due at `at` (aware; default: now) in one write.

    Never raises search errors: failed rows stay queued with their error.
    """
    at = at or timezone.now()
    rows = outbox.due_rows(at, REQUEST_BATCH if in_request else BATCH)
    if not rows:
        return ProcessResult()
    ids = {row.release_id for row in rows}
    try:
        failed = _engine().refresh(ids, at, in_request)
    except IndexLockedError as busy:
        logger.info("%s", busy)
        return ProcessResult(left=len(outbox.due_releases(at)))
    except Exception as error:
        failed = dict.fromkeys(ids, f"{type(error).__name__}: {error}")
        if isinstance(error, IndexUnusableError):
            return ProcessResult(0, failed)  # no row caused it: change none
        logger.exception("The search index could not be written.")
    outbox.delete_or_postpone(rows, failed, at)
    return ProcessResult(len(ids - failed.keys()), failed)


def process_all(at: datetime.datetime | None = None) -> ProcessResult:
    """Process all due rows until only failures are left or another process is writing."""
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
    """Maintain the index, process all due rows and add their words to the vocabulary.

    May take minutes if the index is rebuilt.
    """
    before = outbox.due_releases(at)
    maintain()
    covered = before - outbox.due_releases(at)  # by a rebuild
    result = process_all(at)
    vocabulary.add_words_of(before - outbox.due_releases(at))
    return replace(result, done=result.done + len(covered))


def maintain() -> bool:
    """Maintain the index, queuing releases that a rebuild could not index. Returns False, and
    never raises, on a search error."""
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
    """Rebuild the index while the old one stays in use. Queues the releases it could not index
    and returns their errors by id. Raises SearchBackendError."""
    failed = _engine().rebuild(progress)
    outbox.enqueue_failed(failed)
    return failed


def audit() -> None:
    """Queue releases in which index and database differ, or rebuild if there are many. The
    database may have been restored, or changed without an action."""
    lagging = public_ids() ^ _engine().indexed()
    lagging -= set(SearchChange.objects.values_list("release_id", flat=True))
    known = set(Release.objects.filter(pk__in=lagging).values_list("pk", flat=True))
    if known != lagging or len(lagging) > BATCH:
        rebuild()
    else:
        outbox.enqueue(known)


def retry(rows: QuerySet[SearchChange]) -> int:
    """Retry these rows now, except those still under embargo; return how many."""
    now = timezone.now()
    with transaction.atomic():
        count = rows.filter(since__lte=now).update(due_at=now)
        process_after_commit()
    return count


def run(stop: threading.Event, progress: Callable[[str], object] = str) -> None:
    """Keep the index up to date until `stop` is set, waiting while the database is down.

    Calls `progress` with results. Closes this thread's database connection on return.
    """
    loop = _Worker(progress)
    try:
        while not stop.is_set():
            stop.wait(loop.run_once())
    finally:
        connection.close()


class _Worker:
    """Loop of a worker, with the due times of its periodic tasks."""

    def __init__(self, progress: Callable[[str], object]) -> None:
        self.progress = progress
        self.maintain_at = self.audit_at = time.monotonic()

    def run_once(self) -> float:
        """Run what is due; return the seconds to wait until the next call."""
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
            logger.warning("The database cannot be read, retrying: %s", error)
            return POLL_INTERVAL
        until = (upcoming - timezone.now()).total_seconds() if upcoming else POLL_INTERVAL
        return min(max(until, 0.0), POLL_INTERVAL)

    def _run_periodic_tasks(self) -> None:
        now = time.monotonic()
        if now >= self.maintain_at and not maintain():
            self.maintain_at = time.monotonic() + outbox.MAX_RETRY_DELAY  # the disk may be full
        if now >= self.audit_at:
            self.audit_at = now + AUDIT_INTERVAL
            _call_index(audit)
            renew_outgrown()


def _call_index(task: Callable[[], Result]) -> Result | None:
    """Run a task that reads the index; return None if it fails. `maintain` repairs the index."""
    try:
        return task()
    except Error:
        raise
    except SearchBackendError as error:  # missing, or being rebuilt
        logger.info("%s", error)
    except Exception:  # Whoosh raises any error at all on a damaged index
        logger.exception("The search index could not be read.")
    return None


def _count_phrase(count: int) -> str:
    return f"{count} release{'' if count == 1 else 's'}"


def _engine() -> Engine:
    return connections["default"].get_backend()
