"""Load tests with wrk: start servers, measure rates, and read their workers' memory."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 16
PATIENCE = 60  # seconds for a server to come up
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}  # in milliseconds
# wrk asks for these paths in turn, each of its threads from the first.
IN_TURN = """
local paths, number = {%s}, 0
request = function()
  number = number %% #paths + 1
  return wrk.format("GET", paths[number])
end
"""


@dataclass(frozen=True)
class Load:
    """What is asked for: paths in turn, with headers."""

    paths: Sequence[str]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """Of one run: requests a second, those answered by an error, and milliseconds."""

    rate: float
    errors: int
    p50: float
    p99: float


@contextmanager
def serving(*command: str, log: Path) -> Iterator[tuple[str, int]]:
    """A server, started by a Python command that ends with its port: its address and process."""
    port = _free_port()
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, *command, str(port)], stdout=lines, stderr=lines
        )
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait()


def put(site: str, load: Load, seconds: int, folder: Path) -> Figures:
    """Have wrk ask as fast as it is answered."""
    script = folder / "paths.lua"
    script.write_text(IN_TURN % ",".join(map(json.dumps, load.paths)), encoding="utf-8")
    headers = [part for name in load.headers for part in ("-H", f"{name}: {load.headers[name]}")]
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", f"-s{script}", *headers]
    return _read(subprocess.run([*wrk, site], check=True, capture_output=True, text=True).stdout)


def worker_memory(server: int) -> list[float]:
    """Megabytes of each worker of a server: resident, what they share among them."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    statuses = [Path(f"/proc/{pid}/status").read_text(encoding="utf-8") for pid in children]
    return [int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024 for text in statuses]  # type: ignore[index]


def _read(told: str) -> Figures:
    times = dict(re.findall(r"^\s+(50|99)%\s+(\S+)$", told, re.MULTILINE))
    socket_errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    errors = [*re.findall(r"Non-2xx or 3xx responses: (\d+)", told)]
    errors += socket_errors.groups() if socket_errors else ()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert rate, told
    return Figures(
        float(rate[1]), sum(map(int, errors)), *(_time(times.get(p, "nans")) for p in ("50", "99"))
    )


def _time(told: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+|nan)(us|ms|s)", told).groups()  # type: ignore[union-attr]
    return float(number) * UNITS[unit]


def _free_port() -> int:
    with socket.socket() as unbound:
        unbound.bind(("127.0.0.1", 0))
        return int(unbound.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as asking:
            if not asking.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not start.")
