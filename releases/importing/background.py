"""Worker for the imports that staff uploaded: rehearses them, then stores drafts.

A run belongs to one worker as long as its heartbeat is fresh; after that, another one begins it
again. Records that are imported already stay as they are, so that nothing is stored twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import Error, transaction
from django.db.models import Max, Q
from django.utils import timezone

from pressroom.infra.db.polling import poll
from releases.importing import posted, rehearsals
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader, dry_run
from releases.importing.posted import UploadTooLargeError
from releases.importing.records import Record, RejectedRecord
from releases.importing.report import Outcome
from releases.media import pending_uploads
from releases.media.pending_uploads import UploadExpiredError
from releases.models import ImportedRecord, ImportRun, Topic
from releases.publishing import import_runs

POLL_INTERVAL = 1.0  # seconds between two looks at the queue
MAX_ATTEMPTS = 3
BATCH = 50  # records in one transaction, and between two heartbeats
EMPTY = "No release was found in it."
INTERRUPTED = (
    "It was interrupted three times: its files may be damaged, or too large for this server."
)
BROKEN = "An error in this program ended it. Ask your administrator to look into the log."
State = ImportRun.State

logger = logging.getLogger(__name__)


class _Ended(Exception):
    """End of work on a run that was cancelled, or whose worker has to stop."""


def run(stop: threading.Event, progress: Callable[[str], object] = str) -> None:
    """Work on imports until `stop` is set, and call `progress` with results."""

    def work() -> None:
        if done := process(stop):
            progress(f"Imports: {done} worked on.")

    poll(work, "imports", stop, POLL_INTERVAL)


def process(stop: threading.Event | None = None) -> int:
    """Work on all imports that wait; return how many."""
    import_runs.expire(timezone.now())
    for number in count():
        if (stop and stop.is_set()) or not (claimed := _claim()):
            return number
        _Job(claimed, stop).work()
    return 0


@transaction.atomic
def _claim() -> ImportRun | None:
    """Return the next run that no worker has."""
    at = timezone.now()
    free = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=at - import_runs.LEASE)
    due = ImportRun.objects.filter(free, state__in=[State.READING, State.IMPORTING])
    found = due.order_by("pk").select_for_update(skip_locked=True).first()
    if found:
        found.heartbeat_at, found.attempts = at, found.attempts + 1
        found.save(update_fields=["heartbeat_at", "attempts"])
    return found


class _Job:
    """Work on one claimed run."""

    def __init__(self, claimed: ImportRun, stop: threading.Event | None) -> None:
        self.run, self.stop, self.state = claimed, stop, claimed.state

    def work(self) -> None:
        try:
            if self.run.attempts > MAX_ATTEMPTS:
                self._fail(INTERRUPTED)
            elif self.state == State.READING:
                self._rehearse()
            else:
                self._import()
        except _Ended:
            ImportRun.objects.filter(pk=self.run.pk).update(heartbeat_at=None)
        except (UploadTooLargeError, UploadExpiredError) as refusal:
            self._fail(str(refusal))
        except Error:
            raise
        except Exception:
            logger.exception("Import %s failed.", self.run.pk)
            self._fail(BROKEN)

    def _rehearse(self) -> None:
        reading = rehearsals.Reading(self.run)
        records = self._read(reading)
        if not records:
            return self._fail(EMPTY)
        with dry_run():
            outcomes = list(self._loader(is_rehearsal=True).load(records))
            found = rehearsals.describe(records, outcomes, reading.tables)
        options = {**self.run.options, "columns": reading.columns, "orders": reading.orders}
        self._end(State.REHEARSED, rehearsal=found, options=options, total=len(records))
        return None

    def _import(self) -> None:
        records = self._read(rehearsals.Reading(self.run))
        loader = self._loader()
        for done in range(0, len(records), BATCH):
            self._beat(done, len(records))
            self._store(loader, records[done : done + BATCH], done)
        self._end(State.DONE, done=len(records), finished_at=timezone.now())
        import_runs.delete_files(self.run)

    def _loader(self, is_rehearsal: bool = False) -> Loader:
        # Without numbers, which are permanent, the drafts can be deleted again.
        return Loader(
            by=self.run.by,
            origin=self.run.origin,
            is_numbering=False,
            is_rehearsal=is_rehearsal,
        )

    @transaction.atomic
    def _store(
        self, loader: Loader, batch: Sequence[Record | RejectedRecord], position: int
    ) -> None:
        newest = Topic.objects.aggregate(pk=Max("pk"))["pk"] or 0
        outcomes = list(loader.load(batch))
        self._note_topics(newest, outcomes)
        rows = (self._row(each, number) for number, each in enumerate(outcomes, start=position))
        # What an interrupted attempt has stored stays as it was.
        ImportedRecord.objects.bulk_create(rows, ignore_conflicts=True)
        for word, flag in (("draft", ADDITION), ("updated", CHANGE)):
            releases = [each.release for each in outcomes if each.outcome == word and each.release]
            if releases:
                LogEntry.objects.log_actions(
                    self.run.by_id, releases, flag, change_message="Imported in the admin."
                )

    def _note_topics(self, newest: int, outcomes: Sequence[Outcome]) -> None:
        """Store which topics are newer than `newest` and of these releases."""
        releases = [each.release.pk for each in outcomes if each.release]
        new = Topic.objects.filter(pk__gt=newest, releases__in=releases).order_by("pk").distinct()
        if ids := list(new.values_list("pk", flat=True)):
            earlier = self.run.options.get("topics", [])
            self.run.options = {**self.run.options, "topics": [*earlier, *ids]}
            self.run.save(update_fields=["options"])

    def _row(self, outcome: Outcome, position: int) -> ImportedRecord:
        return ImportedRecord(
            run=self.run,
            position=position,
            source=outcome.source,
            outcome=outcome.outcome,
            release=outcome.release,
            release_updated_at=outcome.release.updated_at if outcome.release else None,
            warnings=[{"field": each.field, "message": each.message} for each in outcome.warnings],
        )

    def _read(self, reading: rehearsals.Reading) -> list[Record | RejectedRecord]:
        """Read and parse the run's files, storing the progress."""
        stored = pending_uploads.fetch_raw(self.run.handle, import_runs.owner(self.run))
        files = [InputFile(*each) for each in stored]
        return list(self._counted(posted.read_each(files, reading.options)))

    def _counted(
        self, items: Iterator[Record | RejectedRecord]
    ) -> Iterator[Record | RejectedRecord]:
        for number, item in enumerate(items):
            if number % 10 == 0:
                self._beat(number if self.state == State.READING else 0)
            if isinstance(item, Record):
                _ = item.parsed  # once; the loader uses it again
            yield item

    def _beat(self, done: int, total: int = 0) -> None:
        """Store the progress. Raises _Ended if the run was cancelled or the worker has to stop."""
        found = ImportRun.objects.filter(pk=self.run.pk, state=self.state)
        is_open = found.update(heartbeat_at=timezone.now(), done=done, total=total)
        if not is_open or (self.stop and self.stop.is_set()):
            raise _Ended

    def _fail(self, error: str) -> None:
        self._end(State.FAILED, error=error, finished_at=timezone.now())
        import_runs.delete_files(self.run)

    def _end(self, state: str, **fields: object) -> None:
        """Move the run to its next state, unless it was cancelled meanwhile."""
        found = ImportRun.objects.filter(pk=self.run.pk, state=self.state)
        if not found.update(state=state, heartbeat_at=None, **fields):
            raise _Ended
