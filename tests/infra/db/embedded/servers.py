"""Servers and processes for the tests of the embedded PostgreSQL."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import psycopg2.extras

from pressroom.infra.db.embedded.postmaster import find_postmaster

PROJECT = Path(__file__).resolve().parents[4]
HOLD = """
import pathlib, signal, sys, time
from pressroom.infra.db.embedded import Server
signal.signal(signal.SIGINT, signal.default_int_handler)  # off in background processes of shells
with Server(pathlib.Path(sys.argv[1])).lease(lambda sentence: print(sentence, flush=True)):
    print("held", flush=True)
    time.sleep(60)
"""


def connect(server, **changes):
    entry = server.database_settings()
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    connection = psycopg2.connect(**{name: entry[key] for name, key in names.items()} | changes)
    connection.autocommit = True
    return contextlib.closing(connection)


def connect_without_waiting(server, **changes):
    """Return a connection whose queries return before the result arrives."""
    connection = psycopg2.connect(
        host=str(server.socket_folder), user="pressroom", dbname="pressroom", async_=True, **changes
    )
    while connection.poll() != psycopg2.extensions.POLL_OK:
        time.sleep(0.01)
    return contextlib.closing(connection)


def ask(server, query, **changes):
    """Return the first row of the result."""
    with connect(server, **changes) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone() if cursor.description else None


def pid_of(server):
    return find_postmaster(server.data).pid


@contextlib.contextmanager
def another_process(server, *prefix, until="held"):
    """Start a process that holds a lease; return after it printed `until`."""
    command = [*prefix, sys.executable, "-c", HOLD, str(server.folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=PROJECT, start_new_session=True
    ) as process:
        try:
            assert any(line.startswith(until) for line in process.stdout)
            yield process
        finally:
            process.kill()


def pretend_data(server, major=None):
    """Make a data folder that has nothing but the version in it."""
    major = major or server.programs().major
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text(f"{major}\n")


def kill(pid):
    """Kill a process that is not our child, and wait until it has ended."""
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while Path(f"/proc/{pid}/cmdline").read_bytes():
            time.sleep(0.01)
