"""manage.py sync_search: bring the search index up to date, once or for ever."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from haystack.exceptions import SearchBackendError

from releases.search import similarity, worker


class Command(BaseCommand):
    help = "Does what waits to be indexed; with --loop goes on, and wakes when an embargo lifts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain; raises CommandError, for an exit code of 1, if anything failed."""
        if options["loop"]:
            return self._loop()
        drained = worker.sync()
        self.stdout.write(f"{drained}.")
        self._update_similarity()
        if drained.failed:
            details = "\n".join(f"release {pk}: {error}" for pk, error in drained.failed.items())
            raise CommandError(f"Not indexed, and tried again next time:\n{details}")

    def _update_similarity(self) -> None:
        try:
            while similarity.update_due():
                pass
        except SearchBackendError as error:  # the first index is still being made, say
            self.stdout.write(f"Similar releases are found later: {error}")

    def _loop(self) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("Watching for what changes. End with Ctrl-C.")
        worker.run(stop, self.stdout.write)
        self.stdout.write("Stopped.")
