"""Life cycle of the server: creates the data folder, writes the configuration, starts and stops."""

import hashlib
import os
import shlex
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from pressroom.infra.db.embedded import private_files
from pressroom.infra.db.embedded.configuration import (
    DATABASE,
    PORT,
    ROLE,
    SUPERUSER,
    write_configuration,
)
from pressroom.infra.db.embedded.leases import Leases, ReportProgress
from pressroom.infra.db.embedded.postmaster import clear_stale_locks, find_postmaster
from pressroom.infra.db.embedded.programs import (
    ProgramError,
    Programs,
    find_programs,
    program_folders,
    server_account,
)
from pressroom.infra.db.postgres_error import PostgresError

SOCKET_PATH_LIMIT = 103  # bytes, sockaddr_un on macOS and the BSDs; Linux has four more
START_TIMEOUT = 60  # seconds
STOP_TIMEOUT = 20  # seconds for each of: fast shutdown, immediate shutdown
RECOVERY_TIMEOUT = 10  # seconds for the server to restart itself after losing a child process
CTYPE_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"  # always installed
LOG_LIMIT = 5_000_000  # bytes, after which the next start rotates the log
WATCH_INTERVAL = 1  # seconds
DOWN_MARKER = "down"  # name of the file that `down()` leaves
SHARED_MEMORY_IN_USE = (
    "pre-existing shared memory block"  # logged while a killed server's children still run
)


def silent(sentence: str) -> None:
    """Report no progress."""


class Server:
    """PostgreSQL server with all its files under one folder."""

    def __init__(self, folder: Path, places: Sequence[Path] | None = None) -> None:
        """`places` are folders to search for programs instead of the usual ones."""
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "log" / "postgresql.log"
        self._places = places
        self._leases = Leases(self.folder)

    @property
    def socket_folder(self) -> Path:
        """Folder of the socket: `run/` with the rest, or under /tmp if that path is unusable."""
        return self._socket_base / "run"

    @property
    def _socket_base(self) -> Path:
        # The system limits the length of a socket's path, and libpq splits hosts at commas.
        longest = self.folder / "run" / f".s.PGSQL.{PORT}"
        if len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT and "," not in str(longest):
            return self.folder
        # Not TMPDIR, which differs between processes.
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()
        return Path("/tmp") / f"pressroom-{digest[:16]}"  # noqa: S108  # nosec B108  see make_folder_in_tmp

    def database_settings(self) -> dict[str, Any]:
        """Return the entry for Django's DATABASES, without starting the server."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": ROLE,
            "HOST": str(self.socket_folder),
            "PORT": PORT,
        }

    @contextmanager
    def lease(self, say: ReportProgress = silent) -> Iterator[None]:
        """Keep the server running within the block; the end of the last lease stops it.

        If the process is killed, the server runs until the next lease ends. Raises PostgresError.
        """
        with self._exclusive_lock(say):
            ticket = self._leases.take()
        try:
            with self._exclusive_lock(say):
                self._start(say)
            with self._keep_running(say):
                yield
        finally:
            # Silent: writing to a closed terminal would raise before the server is stopped.
            with self._exclusive_lock():
                self._leases.give_back(ticket)
                if not self._leases.is_pinned() and not self._leases.holders():
                    self._stop()

    @contextmanager
    def _keep_running(self, say: ReportProgress) -> Iterator[None]:
        """Restart the server within the block whenever it ends, except after `down()`."""
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(ended, say), daemon=True)
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()

    def _watch(self, ended: threading.Event, say: ReportProgress) -> None:
        reported = ""
        while not ended.wait(WATCH_INTERVAL):
            if not self._is_ending_unexpectedly():
                continue
            try:
                self._restart(say)
                reported = ""
            except PostgresError as error:
                if str(error) != reported:
                    say(f"{error}")
                reported = str(error)

    def _restart(self, say: ReportProgress) -> None:
        with self._exclusive_lock(say):
            if self._is_ending_unexpectedly():
                say("PostgreSQL ended unexpectedly.")
                self._start(say)

    def _is_ending_unexpectedly(self) -> bool:
        """Return whether the server is gone or shutting down, and not because of `down()`.

        After a SIGTERM it refuses new connections, but only ends when the last one is closed.
        """
        postmaster = find_postmaster(self.data)
        return not self._is_stopped_on_purpose() and (postmaster is None or postmaster.is_stopping)

    def _is_stopped_on_purpose(self) -> bool:
        return (self.folder / DOWN_MARKER).exists()

    def up(self, say: ReportProgress = silent) -> None:
        """Start the server if it is down, and pin it so that it stays up without a lease."""
        with self._exclusive_lock(say):
            self._start(say)
            self._leases.pin()

    def down(self, say: ReportProgress = silent, force: bool = False) -> None:
        """Unpin and stop the server. Raises PostgresError if it has leases, unless `force`."""
        with self._exclusive_lock(say):
            if (holders := self._leases.holders()) and not force:
                raise PostgresError(
                    f"PostgreSQL is in use by {_processes(holders)}. End that first, or stop "
                    "PostgreSQL anyway with --force."
                )
            self._leases.unpin()
            # Before stopping, or lease holders would restart the server.
            private_files.open_nofollow(self.folder / DOWN_MARKER, "a").close()
            self._stop(say)

    def is_running(self) -> bool:
        """Return whether the server accepts connections."""
        postmaster = find_postmaster(self.data)
        return postmaster is not None and postmaster.status == "ready"

    def status(self) -> str:
        """Describe the server's state in a few lines. Raises PostgresError."""
        with self._exclusive_lock():
            programs, postmaster = self.programs(), find_postmaster(self.data)
            holders, pinned = self._leases.holders(), self._leases.is_pinned()
        state = f"{postmaster.status} as {_processes([postmaster.pid])}" if postmaster else "down"
        return "\n".join(
            (
                f"PostgreSQL {programs.version} is {state}.",
                f"In use by {_processes(holders)}." if holders else "In use by no process.",
                *(["It stays up until `devdb down`."] if pinned else []),
                f"Programs {programs.folder}",
                f"Data     {self.data}",
                f"Socket   {self.socket_folder}",
                f"Log      {self.log}",
            )
        )

    def programs(self) -> Programs:
        """Return the programs of the data's major version. Raises PostgresError."""
        places = program_folders() if self._places is None else self._places
        return find_programs(places, self.folder, self._data_major())

    def _data_major(self) -> str | None:
        """Return the major version that created the data; None if there is no data."""
        if (self.data / "PG_VERSION").exists():
            return (self.data / "PG_VERSION").read_text().strip()
        if self.data.exists() and any(self.data.iterdir()):
            raise PostgresError(
                f"{self.data} contains files but no PG_VERSION, so it is not a PostgreSQL data "
                "folder. Nothing was changed. Move it away, or restore it completely."
            )
        return None

    # The methods below must run inside `_exclusive_lock()`.

    @contextmanager
    def _exclusive_lock(self, say: ReportProgress = silent) -> Iterator[None]:
        """Lock the folder; raise PostgresError for every OSError."""
        try:
            private_files.make_folder(self.folder)
            with self._leases.exclusive_lock(say):
                yield
        except OSError as error:
            raise PostgresError(
                f"Pressroom cannot run PostgreSQL under {self.folder}: {error}. Free disk space, "
                "fix the permissions (another user may own the folder), or set DATABASE_URL."
            ) from error

    def _start(self, say: ReportProgress) -> None:
        (self.folder / DOWN_MARKER).unlink(missing_ok=True)
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            if not self.is_running():
                self._start_again(say)
            try:
                return self._ensure_database()
            except PostgresError:
                # Told to stop a moment ago, it looked ready until it handled that signal.
                if not self._is_ending_unexpectedly() or time.monotonic() > deadline:
                    raise

    def _start_again(self, say: ReportProgress) -> None:
        """Start the server, created if needed, after any stop under way."""
        programs = self.programs()
        if set('"$`') & set(f"{self.data}{programs.folder}"):
            raise PostgresError(
                f"PostgreSQL's pg_ctl does not work under {self.folder}: it passes the path to "
                'a shell, where ", $ and ` are special characters. Rename the folder.'
            )
        for unfinished in self.folder.glob("new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        if self._data_major() is None:
            self._create(programs, say)
        if (postmaster := find_postmaster(self.data)) and postmaster.is_stopping:
            self._stop(say)
        say(f"Starting PostgreSQL {programs.version} …")
        self._start_until_ready(programs, say)

    def _create(self, programs: Programs, say: ReportProgress) -> None:
        """Create the data folder atomically, by renaming a temporary one."""
        say(f"Creating the database under {self.folder} …")
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
        private_files.make_private_folder(new, *server_account(self.folder))
        # Sort by code point: an update of the system's collation would corrupt indexes. Letters
        # and their case follow Unicode.
        options = ["--encoding=UTF8", "--locale=C", f"--lc-ctype={CTYPE_LOCALE}"]
        if int(programs.major) >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [f"--username={SUPERUSER}", "--auth=reject", "--data-checksums"]
        try:
            programs.run("initdb", "--pgdata", new, *options)
        except ProgramError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise PostgresError(f"PostgreSQL cannot create {self.data}:\n{error}") from None
        new.rename(self.data)
        private_files.flush_folder(self.folder)

    def _start_until_ready(self, programs: Programs, say: ReportProgress) -> None:
        """Launch the server, repeatedly if needed, after any start or stop under way."""
        deadline = time.monotonic() + START_TIMEOUT
        while not self.is_running():
            if time.monotonic() > deadline:
                raise self._error_with_log("PostgreSQL did not become ready.")
            if find_postmaster(self.data) is None:
                self._launch(programs, say)
            time.sleep(0.05)

    def _launch(self, programs: Programs, say: ReportProgress) -> None:
        """Start the server; wait a second if child processes of a killed one are still ending."""
        options = f"-c {shlex.quote(f'config_file={self._prepare()}')}"
        start = ["start", "--wait", f"--timeout={START_TIMEOUT}", "--options", options]
        try:
            programs.run("pg_ctl", *start, "--pgdata", self.data, "--log", self.log)
        except ProgramError as error:
            if SHARED_MEMORY_IN_USE in self._log_tail():
                say("Waiting for processes of a killed PostgreSQL to end …")
                time.sleep(1)
            elif find_postmaster(self.data) is None:
                raise self._error_with_log(f"PostgreSQL does not start: {error}") from None

    def _prepare(self) -> Path:
        """Create all that a start needs except the data; return the configuration file."""
        if self._socket_base != self.folder:
            private_files.make_folder_in_tmp(self._socket_base, like=self.folder)
        for private in (self.socket_folder, self.log.parent):
            private_files.make_private_folder(private, *server_account(self.folder))
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        clear_stale_locks(self.data, self.socket_folder / f".s.PGSQL.{PORT}.lock")
        return write_configuration(self.folder, self.socket_folder)

    def _stop(self, say: ReportProgress = silent) -> None:
        """Stop the server with a fast shutdown or, if that hangs, an immediate one."""
        # PostgreSQL 18.6 hangs if it is stopped while it restarts itself after losing a child. It
        # recovers from an immediate shutdown at the next start.
        if find_postmaster(self.data) is None:
            return
        say("Stopping PostgreSQL …")
        programs, errors = self.programs(), ["PostgreSQL does not stop:"]
        for mode in ("fast", "immediate"):
            stop = ["stop", "--wait", f"--timeout={STOP_TIMEOUT}", f"--mode={mode}"]
            try:
                programs.run("pg_ctl", *stop, "--pgdata", self.data)
            except ProgramError as error:
                errors.append(str(error))
            if find_postmaster(self.data) is None:
                return
        raise self._error_with_log("\n".join(errors))

    def _ensure_database(self) -> None:
        """Create the role and the database unless they exist; retry while the server recovers."""
        deadline = time.monotonic() + RECOVERY_TIMEOUT
        while True:
            try:
                with closing(self._connect_as_superuser()) as connection:
                    make_database(connection)
                return
            except psycopg2.Error as error:
                if self._is_ending_unexpectedly() or time.monotonic() > deadline:
                    raise self._error_with_log(
                        f"PostgreSQL is running, but refuses: {error}"
                    ) from None
            time.sleep(0.1)

    def _connect_as_superuser(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=str(self.socket_folder), port=PORT, user=SUPERUSER, dbname="postgres"
        )

    def _error_with_log(self, sentence: str) -> PostgresError:
        return PostgresError(f"{sentence}\nLast lines of {self.log}:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])


def make_database(connection: psycopg2.extensions.connection) -> None:
    """Create Pressroom's role and database unless they exist."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.rowcount:
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.rowcount:
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _processes(pids: list[int]) -> str:
    return f"process{'es' if len(pids) > 1 else ''} {', '.join(map(str, pids))}"
