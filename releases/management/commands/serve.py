"""manage.py serve: serve the site in production (docs/operations.md)."""

from __future__ import annotations

import logging
import os
import signal
import time
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.common import AbstractServer

from pressroom.infra.site_identity import SITE

APPLICATION = "pressroom.wsgi:application"
THREADS = 4  # per worker; each keeps a database connection
HEADER_TIMEOUT = 10_000  # milliseconds, against slow clients
MAX_HEADER_BYTES = 64 * 1024  # request line and headers
SHUTDOWN_TIMEOUT = 30  # seconds, for requests in progress
RESTART_DELAY = 3  # seconds, after workers that died right after their start


def make_server(
    application: str, host: str, port: int, workers: int, threads: int
) -> AbstractServer[Any]:
    """Return the production server for a WSGI application given as `module:name`."""
    return Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT, max_buffer_size=MAX_HEADER_BYTES
        ),
        respawn_failed_workers=True,
        workers_kill_timeout=SHUTDOWN_TIMEOUT,
        log_enabled=False,  # the application logs each request itself
        websockets=False,
    )


def shorten_log_records() -> None:
    """Leave out of log records what no line shows: threads, processes and places in the code.

    Finding it takes a fifth of the time of a line (Logging HOWTO, Optimization).
    """
    logging.logThreads = False
    logging.logProcesses = False
    logging.logMultiprocessing = False
    logging._srcfile = None


def migrations() -> set[tuple[str, str]]:
    """Return the app and name of each migration by its file."""
    # Every worker would keep what importing them takes, 2 MB.
    folders = {app.label: str(Path(app.path) / "migrations") for app in apps.get_app_configs()}
    files = ((label, file) for label, path in folders.items() for file in iter_modules([path]))
    # As Django's loader, which ignores packages and these names.
    return {(label, file.name) for label, file in files if not (file.ispkg or file.name[0] in "_~")}


class Command(BaseCommand):
    help = "Serve the site in production. Run `sync_search --loop` next to it to update the index."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
        parser.add_argument("--threads", type=int, default=THREADS, help="per process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped. Raises CommandError in debug mode or with unapplied migrations."""
        if settings.DEBUG:
            raise CommandError(
                "DEBUG=1 shows settings and code to everyone: unset it, or use `make run` for "
                "development."
            )
        self.require_migrated()
        self.warn()
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Pressroom is at http://{options['host']}:{options['port']}/.")
        # The workers are forks of this process: they share the memory of what it has imported, and
        # must not share its connection.
        import_module(APPLICATION.partition(":")[0])
        shorten_log_records()
        connection.close()
        names = ("host", "port", "workers", "threads")
        chosen = {name: options[name] for name in names}
        while not self.serve_until_stopped(make_server(APPLICATION, **chosen)):
            time.sleep(RESTART_DELAY)

    def warn(self) -> None:
        """Print warnings about the settings that identify the site."""
        for warning in run_checks(
            tags=[SITE], include_deployment_checks=True, databases=[connection.alias]
        ):
            self.stderr.write(f"{warning.msg} {warning.hint}")

    def serve_until_stopped(self, site: AbstractServer[Any]) -> bool:
        """Serve; return True when stopped, False when Granian gives up on crashing workers."""
        # Granian gives up if a worker dies within seconds of another. The cause may be temporary.
        try:
            site.serve()
        except SystemExit:
            if site.interrupt_signal or not site.interrupt_children:
                raise
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)  # until Granian handles them again
            self.stderr.write("The workers died repeatedly. Restarting them.")
            return False
        return True

    def require_migrated(self) -> None:
        if migrations() - {*MigrationRecorder(connection).applied_migrations()}:
            raise CommandError("The database is not up to date: run manage.py migrate first.")
