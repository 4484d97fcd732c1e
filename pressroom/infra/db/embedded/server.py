"""The server itself: its data folder made, its configuration written, started and stopped."""

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
    PostgresError,
    ProgramError,
    Programs,
    find_programs,
    program_folders,
    server_account,
)

SOCKET_PATH_LIMIT = 103  # bytes, sockaddr_un on macOS and the BSDs; Linux has four more
START_STOP_TIMEOUT = 60  # seconds that the server gets to start, to stop in order, to stop at all
RECOVERY_TIMEOUT = 10  # seconds that a server which lost a child gets to start over by itself
CTYPE_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"  # locales always there
LOG_LIMIT = 5_000_000  # bytes, after which the next start sets the log aside
WATCH_INTERVAL = 1  # seconds
DOWN_MARKER = "down"  # the file that says that `down` ended it
SHARED_MEMORY_IN_USE = (
    "pre-existing shared memory block"  # logged while a killed server's children still run
)


def silent(sentence: str) -> None:
    """Say nothing of the progress."""


class Server:
    """A PostgreSQL server whose whole life is under one folder."""

    def __init__(self, folder: Path, places: Sequence[Path] | None = None) -> None:
        """`places` are folders to look for programs in, instead of the usual ones."""
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "log" / "postgresql.log"
        self._places = places
        self._leases = Leases(self.folder)

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: with the rest, or under /tmp when clients could not use the path.

        The system limits its length; libpq takes a comma in it for the end of a host.
        """
        return self._socket_base / "run"

    @property
    def _socket_base(self) -> Path:
        longest = self.folder / "run" / f".s.PGSQL.{PORT}"
        if len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT and "," not in str(longest):
            return self.folder
        # Not TMPDIR: every process has to find the same place.
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()
        return Path("/tmp") / f"pressroom-{digest[:16]}"  # noqa: S108  # nosec B108  see make_folder_in_tmp

    def database_settings(self) -> dict[str, Any]:
        """The entry for Django's DATABASES; the server need not run for it."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": ROLE,
            "HOST": str(self.socket_folder),
            "PORT": PORT,
        }

    @contextmanager
    def lease(self, say: ReportProgress = silent) -> Iterator[None]:
        """Have the server run inside the block; the end of the last lease stops it.

        Whatever leaves the block ends the lease, KeyboardInterrupt and SystemExit included. If
        the process is killed the server runs on, until the next lease ends. Raises PostgresError.
        """
        with self._exclusive_lock(say):
            ticket = self._leases.take()
        try:
            with self._exclusive_lock(say):
                self._start(say)
            with self._keep_running(say):
                yield
        finally:
            with (
                self._exclusive_lock()
            ):  # silent: a terminal that is gone must not keep it from stopping
                self._leases.give_back(ticket)
                if not self._leases.is_pinned() and not self._leases.holders():
                    self._stop()

    @contextmanager
    def _keep_running(self, say: ReportProgress) -> Iterator[None]:
        """Start the server again whenever it ends, or is told to, unless `down` did that."""
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(ended, say), daemon=True)
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()

    def _watch(self, ended: threading.Event, say: ReportProgress) -> None:
        told = ""
        while not ended.wait(WATCH_INTERVAL):
            if not self._is_ending_unasked():
                continue
            try:
                self._restart(say)
                told = ""
            except PostgresError as error:
                if str(error) != told:
                    say(f"{error}")
                told = str(error)

    def _restart(self, say: ReportProgress) -> None:
        with self._exclusive_lock(say):
            if self._is_ending_unasked():
                say("PostgreSQL ended unasked.")
                self._start(say)

    def _is_ending_unasked(self) -> bool:
        """Return whether the server is gone or refuses connections to end, and `down` did not ask.

        After a SIGTERM it refuses new connections and ends only with the last open one.
        """
        postmaster = find_postmaster(self.data)
        return not self._is_stopped_on_purpose() and (postmaster is None or postmaster.is_stopping)

    def _is_stopped_on_purpose(self) -> bool:
        return (self.folder / DOWN_MARKER).exists()

    def up(self, say: ReportProgress = silent) -> None:
        """Start the server if it is down, and pin it: it stays up without a lease."""
        with self._exclusive_lock(say):
            self._start(say)
            self._leases.pin()

    def down(self, say: ReportProgress = silent, force: bool = False) -> None:
        """Unpin and stop the server; while leases are held, only with `force`."""
        with self._exclusive_lock(say):
            if (holders := self._leases.holders()) and not force:
                raise PostgresError(
                    f"PostgreSQL is in use by {_processes(holders)}. End that first, or stop "
                    "PostgreSQL all the same with --force."
                )
            self._leases.unpin()
            private_files.open_nofollow(
                self.folder / DOWN_MARKER, "a"
            ).close()  # before its end is seen
            self._stop(say)

    def is_running(self) -> bool:
        """Whether the server takes connections."""
        postmaster = find_postmaster(self.data)
        return postmaster is not None and postmaster.status == "ready"

    def status(self) -> str:
        """The state of the server, in a few lines. Raises PostgresError."""
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
        """The programs that fit the data. Raises PostgresError, which tells what to install."""
        places = program_folders() if self._places is None else self._places
        return find_programs(places, self.folder, self._data_major())

    def _data_major(self) -> str | None:
        """The major version of PostgreSQL that made the data; None while there is none."""
        if (self.data / "PG_VERSION").exists():
            return (self.data / "PG_VERSION").read_text().strip()
        if self.data.exists() and any(self.data.iterdir()):
            raise PostgresError(
                f"{self.data} holds files but no PG_VERSION, so it is no data folder of "
                "PostgreSQL's. Nothing was changed. Move it away, or restore it whole."
            )
        return None

    # What follows is for inside `_alone()`.

    @contextmanager
    def _exclusive_lock(self, say: ReportProgress = silent) -> Iterator[None]:
        """Keep others out, and give what the system refuses a sentence."""
        try:
            private_files.make_folder(self.folder)
            with self._leases.exclusive_lock(say):
                yield
        except OSError as error:
            raise PostgresError(
                f"Pressroom cannot keep PostgreSQL under {self.folder}: {error}. Make room on the "
                "disk, mend the permissions (another user may own it), or set DATABASE_URL."
            ) from error

    def _start(self, say: ReportProgress) -> None:
        (self.folder / DOWN_MARKER).unlink(missing_ok=True)
        if not self.is_running():
            programs = self.programs()
            if set('"$`') & set(f"{self.data}{programs.folder}"):
                raise PostgresError(
                    f"PostgreSQL's pg_ctl does not work under {self.folder}: it hands the path to "
                    'a shell, to which ", $ and ` mean something. Rename the folder.'
                )
            for unfinished in self.folder.glob("new-*"):
                shutil.rmtree(unfinished, ignore_errors=True)
            if self._data_major() is None:
                self._create(programs, say)
            if (postmaster := find_postmaster(self.data)) and postmaster.is_stopping:
                self._stop(say)
            say(f"Starting PostgreSQL {programs.version} …")
            self._start_until_ready(programs, say)
        self._ensure_database()

    def _create(self, programs: Programs, say: ReportProgress) -> None:
        """Make the data folder beside its place, then move it there: whole or not at all.

        Text sorts by code point, since an order that an update of the system could change would
        break indexes. What a letter is, and its capital, follows Unicode.
        """
        say(f"Creating the database under {self.folder} …")
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
        private_files.make_private_folder(new, *server_account(self.folder))
        options = ["--encoding=UTF8", "--locale=C", f"--lc-ctype={CTYPE_LOCALE}"]
        if int(programs.major) >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [f"--username={SUPERUSER}", "--auth=reject", "--data-checksums"]
        try:
            programs.run("initdb", "--pgdata", new, *options)
        except ProgramError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise PostgresError(f"PostgreSQL cannot make {self.data}:\n{error}") from None
        new.rename(self.data)
        private_files.flush_folder(self.folder)

    def _start_until_ready(self, programs: Programs, say: ReportProgress) -> None:
        """Launch the server as often as it takes, once another start or stop is through."""
        deadline = time.monotonic() + START_STOP_TIMEOUT
        while not self.is_running():
            if time.monotonic() > deadline:
                raise self._error_with_log("PostgreSQL does not get ready.")
            if find_postmaster(self.data) is None:
                self._launch(programs, say)
            time.sleep(0.05)

    def _launch(self, programs: Programs, say: ReportProgress) -> None:
        """Start the server, or at least try while children of a killed one still end."""
        options = f"-c {shlex.quote(f'config_file={self._prepare()}')}"
        start = ["start", "--wait", f"--timeout={START_STOP_TIMEOUT}", "--options", options]
        try:
            programs.run("pg_ctl", *start, "--pgdata", self.data, "--log", self.log)
        except ProgramError as error:
            if SHARED_MEMORY_IN_USE in self._log_tail():
                say("Waiting for processes of a killed PostgreSQL to end …")
                time.sleep(1)
            elif find_postmaster(self.data) is None:
                raise self._error_with_log(f"PostgreSQL does not start: {error}") from None

    def _prepare(self) -> Path:
        """Make what a start needs beside the data; return the configuration file."""
        if self._socket_base != self.folder:
            private_files.make_folder_in_tmp(self._socket_base, like=self.folder)
        for private in (self.socket_folder, self.log.parent):
            private_files.make_private_folder(private, *server_account(self.folder))
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        clear_stale_locks(self.data, self.socket_folder / f".s.PGSQL.{PORT}.lock")
        return write_configuration(self.folder, self.socket_folder)

    def _stop(self, say: ReportProgress = silent) -> None:
        """Stop the server in order, or if it hangs at once: it mends that at its next start.

        PostgreSQL 18.6 does hang when it is to stop while it starts over for a killed child.
        """
        if find_postmaster(self.data) is None:
            return
        say("Stopping PostgreSQL …")
        programs, troubles = self.programs(), ["PostgreSQL does not stop:"]
        for mode in ("fast", "immediate"):
            stop = ["stop", "--wait", f"--timeout={START_STOP_TIMEOUT}", f"--mode={mode}"]
            try:
                programs.run("pg_ctl", *stop, "--pgdata", self.data)
            except ProgramError as error:
                troubles.append(str(error))
            if find_postmaster(self.data) is None:
                return
        raise self._error_with_log("\n".join(troubles))

    def _ensure_database(self) -> None:
        """Have the role and the database, however far an earlier start, or a user's DROP, got."""
        deadline = time.monotonic() + RECOVERY_TIMEOUT
        while True:
            try:
                with closing(self._connect_as_superuser()) as connection:
                    make_database(connection)
                return
            except psycopg2.Error as error:
                if time.monotonic() > deadline:
                    raise self._error_with_log(f"PostgreSQL runs, but refuses: {error}") from None
            time.sleep(0.1)

    def _connect_as_superuser(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=str(self.socket_folder), port=PORT, user=SUPERUSER, dbname="postgres"
        )

    def _error_with_log(self, sentence: str) -> PostgresError:
        return PostgresError(f"{sentence}\nThe end of {self.log}:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])


def make_database(connection: psycopg2.extensions.connection) -> None:
    """Make Pressroom's role and database where they are not there."""
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
