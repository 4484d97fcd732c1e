"""manage.py devdb up|down|status|psql: control the embedded PostgreSQL."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pressroom.infra.db.embedded import Server
from pressroom.infra.db.postgres_error import PostgresError

NOT_RUNNING = 3  # exit code of `devdb status`, like `systemctl status`


class Command(BaseCommand):
    help = (
        "Control the embedded PostgreSQL: up starts it and keeps it running, down stops it, status "
        "describes it (exit code 0: running, 3: not), psql opens a session."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("up", help="start it, and keep it running until `devdb down`")
        down = verbs.add_parser("down", help="stop it")
        down.add_argument("--force", action="store_true", help="even if processes are using it")
        verbs.add_parser("status", help="show whether it runs, where, and who uses it")
        psql = verbs.add_parser("psql", help="open a session; arguments for psql after --")
        psql.add_argument("arguments", nargs="*")

    def handle(self, *, verb: str, **options: Any) -> None:
        server = settings.EMBEDDED_POSTGRES
        if server is None:
            raise CommandError(
                "DATABASE_URL is set, so Pressroom uses that server instead of the embedded one. "
                "For a session in it: manage.py dbshell."
            )
        try:
            self._execute(server, verb, **options)
        except PostgresError as error:
            raise CommandError(str(error)) from error

    def _execute(self, server: Server, verb: str, **options: Any) -> None:
        if verb == "psql":
            sys.exit(run_psql(server, options["arguments"]))
        if verb == "up":
            server.up(self.stdout.write)
        if verb == "down":
            server.down(self.stdout.write, force=options["force"])
        self.stdout.write(server.status())
        if verb == "status" and not server.is_running():
            sys.exit(NOT_RUNNING)


def run_psql(server: Server, arguments: Sequence[str]) -> int:
    """Run psql, starting the server if it is down; return psql's exit code."""
    database = server.database_settings()
    environment = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGDATABASE": database["NAME"],
    }
    with server.lease():
        command = [str(server.programs().folder / "psql"), *arguments]
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # psql cancels its query on Ctrl-C
        try:
            return subprocess.run(command, env=os.environ | environment).returncode  # noqa: S603  the user's own words
        finally:
            signal.signal(signal.SIGINT, before)
