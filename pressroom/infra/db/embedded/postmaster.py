"""Main process of the server, read from postmaster.pid in the data folder.

The file has eight lines: the first is the process id, the seventh identifies the shared memory, the
last is the status (PostgreSQL's source, src/include/utils/pidfile.h).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pressroom.infra.db.embedded import private_files
from pressroom.infra.db.embedded.programs import output_of

NO_PROCESS = 2**30  # a process id that no system gives


@dataclass(frozen=True)
class Postmaster:
    """Process id and status: "starting", "ready", "stopping" or "standby"."""

    pid: int
    status: str

    @property
    def is_stopping(self) -> bool:
        return self.status == "stopping"


def find_postmaster(data: Path) -> Postmaster | None:
    """Return the process that serves a data folder; None if there is none that we can see."""
    try:
        lines = (data / "postmaster.pid").read_bytes().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, PermissionError, ValueError, IndexError):
        return None
    # The id alone could be a zombie's, or reused by another process.
    if f"/postgres -D {data} " not in _command(pid):
        return None
    return Postmaster(pid, lines[7].decode().strip() if len(lines) > 7 else "starting")


def clear_stale_locks(data: Path, socket_lock: Path) -> None:
    """Remove a dead server's process id from its lock files.

    PostgreSQL ignores the lock of a dead process, but refuses to start if the id was reused,
    belongs to a zombie, or the file is empty.
    """
    socket_lock.unlink(missing_ok=True)
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    # Keep the other lines: PostgreSQL uses them to detect children of the dead server that still
    # use its shared memory. Starting next to them would destroy the data.
    with private_files.open_nofollow(lock, "r+") as file:
        _, *others = file.read().splitlines(keepends=True) or [""]
        file.seek(0)
        file.write("".join([f"{NO_PROCESS}\n", *others]))  # never shorter, so no truncation


def _command(pid: int) -> str:
    """Return the command line of a process, joined by spaces; "" if there is no such process."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return output_of("ps", "-ww", "-o", "command=", "-p", str(pid))
