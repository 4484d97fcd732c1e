#!/usr/bin/env python
"""Django's command line, with the embedded PostgreSQL up for the commands that need a database."""

import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from pressroom.infra.db.postgres_error import PostgresError

# These work without a database, or look after it themselves.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "devdb",
    "help",
    "makemessages",
    "makemigrations",
    "version",
}

# These write what others read: sources.
WRITES_SOURCES = {"compilemessages", "makemessages", "makemigrations"}

# These answer requests; any other command may take its time in the database.
SERVERS = {"run", "runserver", "serve"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pressroom.settings")
    if isinstance(sys.stdout, TextIOWrapper):
        # Journals and pipes have each line when it is printed, not when a command ends.
        sys.stdout.reconfigure(line_buffering=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, leave)
    # Not at the top: processes that parse for an import load this module and run no command.
    execute_from_command_line = import_string("django.core.management.execute_from_command_line")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in SERVERS:
        os.environ["WITHOUT_DATABASE_LIMITS"] = "1"
    if command == "serve":
        os.environ.setdefault("LOG_FORMAT", "json")
    if command not in WRITES_SOURCES:
        os.umask(settings.PRIVATE_UMASK)  # what is written is for the site's account alone
        close(settings.VAR_DIR)
    if command in WITHOUT_DATABASE or settings.EMBEDDED_POSTGRES is None:
        execute_from_command_line(sys.argv)
        return
    with settings.EMBEDDED_POSTGRES.lease(say):
        execute_from_command_line(sys.argv)


def close(folder: Path) -> None:
    """Keep others out of what an earlier version left open to them. (PostgreSQL's own folder may
    be another account's: it looks after itself.)"""
    private = 0o777 & ~settings.PRIVATE_UMASK
    for name in ("index", "media", "static", "secret_key"):
        path = folder / name
        if path.exists() and path.stat().st_uid == os.geteuid():
            path.chmod(private if path.is_dir() else 0o600)


def say(sentence: str) -> None:
    """Tell the progress beside what the command itself prints."""
    print(sentence, file=sys.stderr, flush=True)


def leave(number: int, frame: FrameType | None) -> None:
    """Leave as on Ctrl-C, so that what this process started is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    try:
        main()
    except ImproperlyConfigured as error:
        sys.exit(f"Pressroom's settings: {error}")
    except PostgresError as error:
        sys.exit(f"Pressroom's database: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
