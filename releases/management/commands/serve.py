"""manage.py serve: the site for the public, with the server that docs/operations.md tells about."""

from __future__ import annotations

import os
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.common import AbstractServer

from pressroom.infra.site_identity import SITE

THREADS = 4  # of a worker; each holds a connection to the database
HEADER_TIMEOUT = 10_000  # milliseconds, for who sends a request slowly
MAX_HEADER_BYTES = 64 * 1024  # bytes of a request's line and headers
SHUTDOWN_TIMEOUT = 30  # seconds, for answers that are under way
RESTART_DELAY = 3  # seconds, before workers that died as soon as they were there are started again


def make_server(
    application: str, host: str, port: int, workers: int, threads: int
) -> AbstractServer[Any]:
    """The server of a WSGI application, `module:name`, as production has it."""
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
        log_enabled=False,
        websockets=False,
    )


class Command(BaseCommand):
    help = (
        "Serve the site in production. The search index is kept by `sync_search --loop` beside it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
        parser.add_argument("--threads", type=int, default=THREADS, help="of each process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped. Raises CommandError in debug mode, or with an old database."""
        if settings.DEBUG:
            raise CommandError(
                "DEBUG=1 shows settings and code to everybody: unset it, or use `make run` to "
                "develop."
            )
        self.require_migrated()
        self.warn()
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Pressroom is at http://{options['host']}:{options['port']}/.")
        connection.close()  # the workers are forks of this process: each makes its own
        names = ("host", "port", "workers", "threads")
        chosen = {name: options[name] for name in names}
        while not self.serve_until_stopped(make_server("pressroom.wsgi:application", **chosen)):
            time.sleep(RESTART_DELAY)

    def warn(self) -> None:
        """Say what the settings lack, or contradict, of who the site is."""
        for warning in run_checks(
            tags=[SITE], include_deployment_checks=True, databases=[connection.alias]
        ):
            self.stderr.write(f"{warning.msg} {warning.hint}")

    def serve_until_stopped(self, site: AbstractServer[Any]) -> bool:
        """Serve until stopped; False where granian gives up, as it does on a worker that dies
        within seconds of the last one's death. What killed both may be over."""
        try:
            site.serve()
        except SystemExit:
            if site.interrupt_signal or not site.interrupt_children:
                raise
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)  # until granian heeds them again
            self.stderr.write("The workers died again and again; they are started anew.")
            return False
        return True

    def require_migrated(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date: run manage.py migrate first.")
