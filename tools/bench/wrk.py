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
START_TIMEOUT = 60  # seconds for a server to come up
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}  # in milliseconds
# wrk requests these paths in turn; each of its threads starts at the first.
PATHS_SCRIPT = """
local paths, number = {%s}, 0
request = function()
  number = number %% #paths + 1
  return wrk.format("GET", paths[number])
end
"""


@dataclass(frozen=True)
class Load:
    """Requests: paths in turn, with headers."""

    paths: Sequence[str]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """One run: requests per second, error responses, and latencies in milliseconds."""

    rate: float
    errors: int
    p50: float
    p99: float


@contextmanager
def serving(*command: str, log: Path) -> Iterator[tuple[str, int]]:
    """Start a server by a Python command that takes its port; yield its URL and process id."""
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


def run_wrk(site: str, load: Load, seconds: int, folder: Path) -> Figures:
    """Send the requests with wrk, as fast as the site answers."""
    script = folder / "paths.lua"
    script.write_text(PATHS_SCRIPT % ",".join(map(json.dumps, load.paths)), encoding="utf-8")
    headers = [part for name in load.headers for part in ("-H", f"{name}: {load.headers[name]}")]
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", f"-s{script}", *headers]
    return _read(subprocess.run([*wrk, site], check=True, capture_output=True, text=True).stdout)


def worker_memory(server: int) -> list[float]:
    """Return each worker's resident memory in MB, including what the workers share."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    statuses = [Path(f"/proc/{pid}/status").read_text(encoding="utf-8") for pid in children]
    return [int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024 for text in statuses]  # type: ignore[index]


def _read(output: str) -> Figures:
    times = dict(re.findall(r"^\s+(50|99)%\s+(\S+)$", output, re.MULTILINE))
    socket_errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    errors = [*re.findall(r"Non-2xx or 3xx responses: (\d+)", output)]
    errors += socket_errors.groups() if socket_errors else ()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert rate, output
    return Figures(
        float(rate[1]), sum(map(int, errors)), *(_time(times.get(p, "nans")) for p in ("50", "99"))
    )


def _time(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+|nan)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * UNITS[unit]


def _free_port() -> int:
    with socket.socket() as unbound:
        unbound.bind(("127.0.0.1", 0))
        return int(unbound.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as client:
            if not client.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not start.")
