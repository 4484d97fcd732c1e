"""Production setup of the site: server and sync loop as two processes, restarted by nobody."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

LISTS = (
    "/",
    "/releases/",
    "/search/?q=drill&sort=newest",
    "/search/?q=notice",
    "/feeds/releases.atom",
    "/api/v1/releases/",
)
READY = "/health/ready"
RECOVERY_TIMEOUT = 180  # seconds


class Answer(NamedTuple):
    """Response of the site."""

    status: int
    text: str
    retry_after: str | None


@dataclass(frozen=True)
class Site:
    """A running site."""

    port: int
    server: subprocess.Popen[bytes]
    loop: subprocess.Popen[bytes]

    def ask(self, address: str) -> Answer | None:
        """Request the address; return None if the connection broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            with closing(connection):
                connection.request("GET", address)
                answer = connection.getresponse()
                text = answer.read().decode()
                return Answer(answer.status, text, answer.headers["Retry-After"])
        except (OSError, http.client.HTTPException):
            return None

    def etag(self, address: str) -> str:
        """Return the page's ETag, "" if it has none."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
            return connection.getresponse().headers["ETag"] or ""

    def hard_errors(self) -> Iterator[str]:
        """Yield a sentence for each list that answers neither 200 nor 503 with Retry-After."""
        with ThreadPoolExecutor() as threads:
            answers = list(threads.map(self.ask, LISTS))
        for address, answer in zip(LISTS, answers, strict=True):
            is_handled = answer and (
                answer.status == 200 or (answer.status == 503 and answer.retry_after)
            )
            if not is_handled:
                yield f"{address} answers {answer and answer.status} during a fault."

    def is_well(self) -> bool:
        """Return whether all lists and the readiness check answer 200."""
        answers = (self.ask(address) for address in (*LISTS, READY))
        return all(answer is not None and answer.status == 200 for answer in answers)


def seconds_until(condition: Callable[[], bool]) -> float | None:
    """Wait for the condition; return the seconds it took, None after RECOVERY_TIMEOUT."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > RECOVERY_TIMEOUT:
            return None
        time.sleep(0.1)
    return time.monotonic() - started


@contextmanager
def served(log_file: Path) -> Iterator[Site]:
    """Serve this process's archive within the block, with output to `log_file`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log_file.open("wb") as log:
        loop = _start(log, "sync_search", "--loop")
        server = _start(log, "serve", "--port", str(port), "--workers", "2")
        try:
            site = Site(port, server, loop)
            if seconds_until(site.is_well) is None:
                raise RuntimeError(f"The site did not start:\n{log_file.read_text()[-3000:]}")
            yield site
        finally:
            for process in (server, loop):
                process.terminate()
            for process in (server, loop):
                process.wait()


def _start(log: object, *command: str) -> subprocess.Popen[bytes]:
    manage = [sys.executable, "manage.py", *command]
    return subprocess.Popen(manage, stdout=log, stderr=log)  # type: ignore[call-overload]
