"""Faults as context managers: injected at the start of the block, and its cause removed after."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psycopg2
from django import db
from django.conf import settings
from django.utils import timezone
from haystack import connections

from pressroom.infra.db.embedded.postmaster import find_postmaster
from releases.search import worker
from tests.infra.db.embedded.servers import kill
from tools.drill.site import Site
from tools.drill.writers import HOUR, Confirm, Writing

Fault = Callable[[Site], AbstractContextManager[None]]


def server():
    """Return the database server of this process's site."""
    return settings.EMBEDDED_POSTGRES


def connect() -> psycopg2.extensions.connection:
    """Connect as the superuser, without statement or lock timeouts."""
    at = server().database_settings()
    return psycopg2.connect(host=at["HOST"], port=at["PORT"], user="postgres", dbname=at["NAME"])


@contextmanager
def database_stopped(site: Site) -> Iterator[None]:
    server().down(force=True)
    yield
    server().up()


@contextmanager
def database_restarted(site: Site) -> Iterator[None]:
    server().down(force=True)
    server().up()
    yield


@contextmanager
def database_killed(site: Site) -> Iterator[None]:
    postmaster = find_postmaster(server().data)
    assert postmaster is not None
    kill(postmaster.pid)
    yield
    server().up()


@contextmanager
def database_connection_killed(site: Site) -> Iterator[None]:
    """Kill one server process with SIGKILL; PostgreSQL then restarts itself."""
    with closing(connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' LIMIT 1"
        )
        [(pid,)] = cursor.fetchall()
    os.kill(pid, signal.SIGKILL)
    yield


@contextmanager
def table_locked(site: Site) -> Iterator[None]:
    """Lock the releases for longer than a request waits."""
    with closing(connect()) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE releases_release IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def connections_used_up(site: Site) -> Iterator[None]:
    """Terminate the site's connections, and take all free ones before it reconnects."""
    db.connections.close_all()
    with ExitStack() as held, closing(connect()) as connection:
        _hold_all(held)
        connection.autocommit = True
        connection.cursor().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pressroom'"
        )
        _hold_all(held)
        yield


def _hold_all(held: ExitStack) -> None:
    with suppress(psycopg2.OperationalError):
        while True:
            held.enter_context(closing(connect()))


@contextmanager
def index_missing(site: Site) -> Iterator[None]:
    index_folder().rename(index_folder().with_name("index.away"))
    yield
    shutil.rmtree(index_folder().with_name("index.away"))


@contextmanager
def index_damaged(site: Site) -> Iterator[None]:
    """Truncate each file of the index to half its size."""
    for path in connections["default"].get_backend().generations.current().glob("MAIN*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # a concurrent writer
            os.truncate(path, path.stat().st_size // 2)
    yield


@contextmanager
def index_locked(site: Site) -> Iterator[None]:
    """Hold the index's write lock in a stuck process."""
    holder = Writing(_hold_the_index)
    time.sleep(1)
    yield
    holder.killed()


def _hold_the_index(confirm: Confirm) -> None:
    with connections["default"].get_backend().generations.writing(patience=60):
        time.sleep(600)


def index_folder() -> Path:
    """Return the folder of the index."""
    return Path(settings.VAR_DIR) / "index"


@contextmanager
def disk_full(site: Site) -> Iterator[None]:
    filler = Path(settings.VAR_DIR) / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    filler.unlink()
    server().up()  # PostgreSQL stops itself if it cannot write its WAL


@contextmanager
def workers_killed(site: Site) -> Iterator[None]:
    """Kill all workers at once."""
    listed = subprocess.run(
        ["pgrep", "-P", str(site.server.pid)], capture_output=True, text=True, check=True
    )
    for pid in map(int, listed.stdout.split()):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    yield


@contextmanager
def clock_an_hour_ahead(site: Site) -> Iterator[None]:
    """Sync with a clock two hours ahead, which indexes releases still under embargo."""
    worker.sync(timezone.now() + HOUR + HOUR)
    yield


@contextmanager
def clock_an_hour_behind(site: Site) -> Iterator[None]:
    """Sync with a clock one hour behind."""
    worker.sync(timezone.now() - HOUR)
    yield


HAS_DISK = Path(settings.VAR_DIR).is_mount()
FAULTS: dict[str, Fault] = {
    "database stopped, started": database_stopped,
    "database restarted": database_restarted,
    "database killed, started": database_killed,
    "one connection's process killed": database_connection_killed,
    "table locked": table_locked,
    "connections used up": connections_used_up,
    "index missing": index_missing,
    "index damaged": index_damaged,
    "index locked by a stuck process": index_locked,
    **({"disk full": disk_full} if HAS_DISK else {}),
    "all workers killed": workers_killed,
    "indexer's clock 2 h ahead": clock_an_hour_ahead,
    "indexer's clock 1 h behind": clock_an_hour_behind,
}
