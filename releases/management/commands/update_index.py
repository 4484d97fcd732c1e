"""manage.py update_index: Haystack's command, building a new generation to reindex everything."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError
from haystack import connections
from haystack.exceptions import SearchBackendError
from haystack.management.commands import update_index
from haystack.utils.app_loading import haystack_get_models

from releases.models import Release
from releases.search import outbox, worker
from releases.search.engine import IndexLockedError, IndexRebuildingError


class Command(update_index.Command):
    help = (
        "Update the search index. Without a time limit (--age, --minutes, --start, --end), build a "
        "new one with a single writer, whatever --workers says, and swap it in once it agrees with "
        "the database."
    )

    def handle(self, **options: Any) -> None:
        """Raise CommandError if the index could not be built or lacks releases."""
        self.problems: list[str] = []
        super().handle(**options)
        if self.problems:
            raise CommandError("\n".join(self.problems))

    def update_backend(self, label: str, using: str) -> None:
        """Update the index for one app or model; called by Haystack."""
        if Release not in haystack_get_models(label):
            return
        # Haystack's own loop over batches would write past the outbox and its lock.
        if self.start_date or self.end_date:
            self.update(using)
        else:
            self.rebuild()

    def update(self, using: str) -> None:
        """Queue releases changed within the time limits, and process the outbox."""
        index = connections[using].get_unified_index().get_index(Release)
        limits = {"start_date": self.start_date, "end_date": self.end_date}
        recent = index.build_queryset(using=using, **limits)
        outbox.enqueue(recent.values_list("pk", flat=True))
        if self.remove:
            self.audit()
        result = worker.process_all()
        self._add_failures(result.failed)
        if self.verbosity >= 1:
            self.stdout.write(f"{result}.")

    def audit(self) -> None:
        """Queue releases in which index and database differ; rebuild if there are many."""
        try:
            worker.audit()
        except IndexLockedError:
            pass  # queued rows are reported as left
        except SearchBackendError as error:
            self.problems.append(str(error))

    def rebuild(self) -> None:
        """Rebuild, reporting progress on a terminal and the final count."""
        started = time.monotonic()
        try:
            failed = worker.rebuild(self.stdout.write if self.stdout.isatty() else str)
        except IndexRebuildingError:
            self.stdout.write(
                "Another process is rebuilding the search index. Recent changes will be searchable "
                "in a moment."
            )
            return
        except SearchBackendError as error:
            self.problems.append(str(error))
            return
        self._add_failures(failed)
        if self.verbosity >= 1:
            count = len(connections["default"].get_backend().indexed())
            seconds = time.monotonic() - started
            self.stdout.write(f"Indexed {count:,} releases in {seconds:.0f} seconds.")

    def _add_failures(self, failed: dict[int, str]) -> None:
        self.problems += [f"Not indexed: release {pk}: {error}" for pk, error in failed.items()]
