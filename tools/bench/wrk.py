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


# Ends wrk once each path was answered.
ONCE_SCRIPT = """
local ffi, answered = require("ffi"), 0
ffi.cdef("int getpid(void); int kill(int, int);")
response = function()
  answered = answered + 1
  if answered == #paths then ffi.C.kill(ffi.C.getpid(), 2) end
end
"""
ONCE_SECONDS = 60  # at most


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
def serving(*command: str, log: Path, port: int = 0) -> Iterator[tuple[str, int]]:
    """Start a server by a Python command that takes its port; yield its URL and process id."""
    port = port or free_port()
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


def run_wrk(site: str, load: Load, seconds: int | None, folder: Path) -> Figures:
    """Send the requests with wrk, as fast as the site answers; with no seconds, each path once."""
    script = folder / "paths.lua"
    lines = PATHS_SCRIPT % ",".join(map(json.dumps, load.paths))
    script.write_text(lines + ("" if seconds else ONCE_SCRIPT), encoding="utf-8")
    seconds = seconds or ONCE_SECONDS
    headers = [part for pair in _headers(load).items() for part in ("-H", ": ".join(pair))]
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", f"-s{script}", *headers]
    return _read(subprocess.run([*wrk, site], check=True, capture_output=True, text=True).stdout)


def _headers(load: Load) -> dict[str, str]:
    return {"Accept-Encoding": "gzip", **load.headers}


def worker_memory(server: int) -> list[tuple[float, float]]:
    """Return each worker's memory in MB: all of it, and what it shares divided by the sharers."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8") for pid in children]
    return [(_megabytes("Rss", text), _megabytes("Pss", text)) for text in texts]


def _megabytes(name: str, text: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    assert found, text
    return int(found[1]) / 1024


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


def free_port() -> int:
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
