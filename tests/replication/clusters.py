"""Real primary, streaming standby, and PgBouncer in front of the primary."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2

from pressroom.infra.db.embedded import Server, private_files
from pressroom.infra.db.embedded.configuration import DATABASE, ROLE, SUPERUSER
from pressroom.infra.db.embedded.postmaster import find_postmaster
from pressroom.infra.db.embedded.programs import server_account
from tests.infra.db.embedded.servers import kill

PGBOUNCER = Path("/usr/sbin/pgbouncer")
INI = Path(__file__).with_name("pgbouncer.ini")
PASSWORD = "of the tests only"
PATIENCE = 30  # seconds

# What a primary needs so that a standby may follow it; docs/scale-out.md.
SETTINGS = """
hba_file = '{folder}/replication_hba.conf'
wal_receiver_timeout = 10s
wal_retrieve_retry_interval = 1s
max_standby_streaming_delay = 5s
max_slot_wal_keep_size = 1GB
fsync = off  # no power cut comes in a test
"""
HBA = f"""\
local all {SUPERUSER} trust
local replication {SUPERUSER} trust
local all {ROLE} scram-sha-256
"""
# The limits that PgBouncer does not let a connection bring along.
ROLE_SETTINGS = f"""
    ALTER ROLE {ROLE} PASSWORD '{PASSWORD}';
    ALTER ROLE {ROLE} SET statement_timeout = '30s';
    ALTER ROLE {ROLE} SET lock_timeout = '10s';
    ALTER ROLE {ROLE} SET idle_in_transaction_session_timeout = '180s';
"""


class Pooler:
    """PgBouncer in transaction mode in front of a server."""

    def __init__(self, folder: Path, server: Server) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "pgbouncer.log"
        self.ini = folder / "pgbouncer.ini"
        self.users = folder / "users.txt"
        self.users.write_text(f'"{ROLE}" "{PASSWORD}"\n')
        self.process: subprocess.Popen[bytes] | None = None
        self.point_at(server)

    def point_at(self, server: Server) -> None:
        """Write the configuration."""
        self.server = server
        values = {"host": server.socket_folder, "port": self.port, "users": self.users}
        self.ini.write_text(INI.read_text().format(**values))

    def reload(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def start(self) -> None:
        """Start it in the foreground as the server's account, since it refuses to run as root."""
        command = [*self.server.programs().prefix, str(PGBOUNCER), str(self.ini)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + PATIENCE
        with socket.socket() as probe:
            while probe.connect_ex(("127.0.0.1", self.port)):
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def url(self, database: str = DATABASE) -> str:
        word = PASSWORD.replace(" ", "%20")
        return f"postgres://{ROLE}:{word}@127.0.0.1:{self.port}/{database}"


class Clusters:
    """All servers, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.primary = Server(folder / "primary")
        self.standby = Server(folder / "standby")
        self.pooler = Pooler(folder, self.primary)

    def start(self) -> None:
        with self.primary.lease():
            pass
        _append(self.primary.data / "postgresql.auto.conf", SETTINGS, self.primary.folder)
        _append(self.primary.folder / "replication_hba.conf", HBA, self.primary.folder)
        self.primary.up()
        ask(self.primary, ROLE_SETTINGS)
        self.copy()
        self.standby.up()
        self.pooler.start()

    def copy(self) -> None:
        """Create the standby as a copy of the primary."""
        private_files.make_folder(self.standby.folder)
        private_files.make_private_folder(self.standby.data, *server_account(self.standby.folder))
        follow = ["--write-recovery-conf", "--create-slot", "--slot=replica", "--checkpoint=fast"]
        whence = [f"--host={self.primary.socket_folder}", f"--username={SUPERUSER}"]
        whither = f"--pgdata={self.standby.data}"
        self.primary.programs().run("pg_basebackup", *whence, *follow, whither)

    def follow_anew(self) -> None:
        """Create a new standby after the old one was promoted."""
        self.primary, self.standby = self.standby, Server(self.folder / "another")
        self.copy()
        self.standby.up()

    def stop(self) -> None:
        self.pooler.kill()
        for server in (self.standby, self.primary):
            server.down(force=True)

    def replica_url(self) -> str:
        given = {"host": self.standby.socket_folder, "user": ROLE, "password": PASSWORD}
        return f"postgres:///{DATABASE}?{urlencode(given)}"


def ask(server: Server, query: str, *given: Any, database: str = DATABASE) -> tuple[Any, ...]:
    """Return the first row of the result, as superuser; () if there is none."""
    with closing(connect(server, database)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(query, given)
        return cursor.fetchone() or () if cursor.description else ()


def connect(server: Server, database: str = DATABASE) -> psycopg2.extensions.connection:
    return psycopg2.connect(host=str(server.socket_folder), user=SUPERUSER, dbname=database)


def kill_server(server: Server) -> None:
    """Kill the postmaster, and wait until its backends have noticed: they answer until then."""
    postmaster = find_postmaster(server.data)
    assert postmaster is not None
    processes = Path(f"/proc/{postmaster.pid}/task/{postmaster.pid}/children").read_text().split()
    kill(postmaster.pid)
    deadline = time.monotonic() + PATIENCE
    while any(map(_is_running, processes)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _is_running(process: str) -> bool:
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())  # that of a zombie is empty
    except (FileNotFoundError, ProcessLookupError):
        return False


def _append(path: Path, text: str, folder: Path) -> None:
    with path.open("a") as file:
        file.write(text.format(folder=folder))
    path.chmod(0o644)
