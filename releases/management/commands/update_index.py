"""manage.py update_index: Haystack's own, with a new generation where it would write all anew."""

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
        "Brings the search index up to date. Without a limit in time (--age, --minutes, --start, "
        "--end) it is made anew beside the one in use, by one writer whatever --workers says, and "
        "swapped in when it agrees with the database."
    )

    def handle(self, **options: Any) -> None:
        """Raises CommandError, for an exit code of 1, where the index could not be made, or lacks
        releases."""
        self.problems: list[str] = []
        super().handle(**options)
        if self.problems:
            raise CommandError("\n".join(self.problems))

    def update_backend(self, label: str, using: str) -> None:
        """Haystack calls it for each app or model."""
        if Release not in haystack_get_models(label):
            return
        if self.start_date or self.end_date:
            self.update(using)
        else:
            self.rebuild()

    def update(self, using: str) -> None:
        """Queue what was changed within the limits, and do what is queued."""
        index = connections[using].get_unified_index().get_index(Release)
        limits = {"start_date": self.start_date, "end_date": self.end_date}
        recent = index.build_queryset(using=using, **limits)
        outbox.enqueue(recent.values_list("pk", flat=True))
        if self.remove:
            self.audit()
        drained = worker.process_all()
        self._add_failures(drained.failed)
        if self.verbosity >= 1:
            self.stdout.write(f"{drained}.")

    def audit(self) -> None:
        """Queue what is in the index and not public; if it is much, rebuild."""
        try:
            worker.audit()
        except IndexLockedError:
            pass  # what is queued is left, too, and that is said
        except SearchBackendError as error:
            self.problems.append(str(error))

    def rebuild(self) -> None:
        """Tell how far it has come, on a terminal, and how many releases are in."""
        started = time.monotonic()
        try:
            failed = worker.rebuild(self.stdout.write if self.stdout.isatty() else str)
        except IndexRebuildingError:
            self.stdout.write(
                "Another process is making the search index anew: what it lacks will be "
                "searchable in a moment."
            )
            return
        except SearchBackendError as error:
            self.problems.append(str(error))
            return
        self._add_failures(failed)
        if self.verbosity >= 1:
            count = len(connections["default"].get_backend().indexed())
            seconds = time.monotonic() - started
            self.stdout.write(f"The new index holds {count:,} releases; {seconds:.0f} seconds.")

    def _add_failures(self, failed: dict[int, str]) -> None:
        self.problems += [f"Not indexed: release {pk}: {error}" for pk, error in failed.items()]
