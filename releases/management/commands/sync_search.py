"""manage.py sync_search: bring the search index up to date, once or in a loop."""

from __future__ import annotations

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from haystack.exceptions import SearchBackendError

from releases.importing import background
from releases.management.loops import Progress, run_until_stopped
from releases.search import similarity, worker
from releases.web import rendering_ahead


class Command(BaseCommand):
    help = (
        "Index queued changes. With --loop, keep watching, wake when an embargo lifts, work on "
        "uploaded imports, and render pages ahead of their readers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep running until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Process the outbox. Raises CommandError if anything failed."""
        if options["loop"]:
            return run_until_stopped(self.stdout, "Watching for changes.", _run)
        result = worker.sync()
        self.stdout.write(f"{result}.")
        self._update_similarity()
        if result.failed:
            details = "\n".join(f"release {pk}: {error}" for pk, error in result.failed.items())
            raise CommandError(f"Not indexed; the next run retries:\n{details}")

    def _update_similarity(self) -> None:
        similarity.renew_outgrown()
        try:
            while similarity.update_due():
                pass
        except SearchBackendError as error:  # for example, the first index is still being built
            self.stdout.write(f"Similar releases will be computed later: {error}")


def _run(stop: threading.Event, progress: Progress) -> None:
    """Index, import and render side by side, so that a long import delays no index."""
    others = [
        threading.Thread(target=run, args=(stop, progress), daemon=True)
        for run in (background.run, rendering_ahead.run)
    ]
    for other in others:
        other.start()
    try:
        worker.run(stop, progress)
    finally:
        for other in others:
            other.join(timeout=10)
