"""The server's first process, as the lock file that it keeps in the data folder tells of it.

The file has eight lines; the first is the process id, the seventh names the shared memory, the
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
    """The process id, and the server's own word for its state: starting, ready, stopping."""

    pid: int
    status: str

    @property
    def is_stopping(self) -> bool:
        return self.status == "stopping"


def find_postmaster(data: Path) -> Postmaster | None:
    """The process that serves a data folder now; None when there is none that we may see."""
    try:
        lines = (data / "postmaster.pid").read_bytes().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, PermissionError, ValueError, IndexError):
        return None
    # Only the command tells it from a process that got the id of a dead server, or from a zombie.
    if f"/postgres -D {data} " not in _command(pid):
        return None
    return Postmaster(pid, lines[7].decode().strip() if len(lines) > 7 else "starting")


def clear_stale_locks(data: Path, socket_lock: Path) -> None:
    """Take a dead server's process id out of its lock files.

    PostgreSQL starts by itself over the lock of a dead process, but not when another process has
    the id by now, or when nobody takes note of the death (a zombie), or over an empty file. All
    else in the file stays: it lets PostgreSQL see whether children of the dead server still use
    its shared memory, which would be the end of the data to overlook.
    """
    socket_lock.unlink(missing_ok=True)
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    with private_files.open_nofollow(lock, "r+") as file:
        _, *others = file.read().splitlines(keepends=True) or [""]
        file.seek(0)
        file.write("".join([f"{NO_PROCESS}\n", *others]))  # longer than before, so written whole


def _command(pid: int) -> str:
    """The command line of a process, its words divided by spaces; "" without such a process."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return output_of("ps", "-ww", "-o", "command=", "-p", str(pid))
