"""Leases on the server: one locked file per holder, which the kernel unlocks if the holder dies."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pressroom.infra.db.embedded import private_files

ReportProgress = Callable[[str], object]


class Leases:
    """Leases on the server in a folder, and the pin that keeps it running without any.

    Results are only reliable inside `exclusive_lock()`. Child processes of a holder, such as the
    server, do not inherit its lease.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tickets = folder / "leases"
        self._pin = folder / "pin"

    @contextmanager
    def exclusive_lock(self, say: ReportProgress) -> Iterator[None]:
        """Wait for the lock that serializes starting and stopping, and hold it."""
        with self._open(self.folder / "lock") as lock:
            if not _try_lock(lock):
                say("Waiting for another process to start or stop PostgreSQL …")
                fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)  # closing is not enough if a fork has the file

    def take(self) -> IO[str]:
        """Take a lease, which lasts until it is given back or this process dies."""
        self._tickets.mkdir(mode=0o700, exist_ok=True)
        private_files.chown_like(self._tickets, like=self.folder)
        ticket = self._open(self._tickets / f"{os.getpid()}-{time.monotonic_ns()}")
        fcntl.flock(ticket, fcntl.LOCK_EX)
        return ticket

    def give_back(self, ticket: IO[str]) -> None:
        Path(ticket.name).unlink(missing_ok=True)
        ticket.close()

    def holders(self) -> list[int]:
        """Return the ids of the processes with leases; remove the files of dead ones."""
        pids = set()
        for path in self._tickets.glob("*-*"):
            with self._open(path) as ticket:
                if _try_lock(ticket):
                    path.unlink()
                else:
                    pids.add(int(path.name.split("-")[0]))
        return sorted(pids)

    def is_pinned(self) -> bool:
        return self._pin.exists()

    def pin(self) -> None:
        self._open(self._pin).close()

    def unpin(self) -> None:
        self._pin.unlink(missing_ok=True)

    def _open(self, path: Path) -> IO[str]:
        file = private_files.open_nofollow(path, "a")
        private_files.chown_like(path, like=self.folder)
        return file


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
