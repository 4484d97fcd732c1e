"""The site as it runs in production: its server, and the loop that keeps the index, each beside
the other and started again by nobody."""

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
PATIENCE = 180  # seconds until a recovery counts as none


class Answer(NamedTuple):
    """What came back."""

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
        """None where the connection broke."""
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
        """What a browser that has the page would send; empty where it has none."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
            return connection.getresponse().headers["ETag"] or ""

    def unkind_answers(self) -> Iterator[str]:
        """While a fault holds a list is there, or is told to be back: a sentence where neither."""
        with ThreadPoolExecutor() as threads:
            answers = list(threads.map(self.ask, LISTS))
        for address, answer in zip(LISTS, answers, strict=True):
            kind = answer and (
                answer.status == 200 or (answer.status == 503 and answer.retry_after)
            )
            if not kind:
                yield f"{address} answers {answer and answer.status} while a fault holds."

    def is_well(self) -> bool:
        """Whether all answers, and says that it is ready."""
        answers = (self.ask(address) for address in (*LISTS, READY))
        return all(answer is not None and answer.status == 200 for answer in answers)


def seconds_until(holds: Callable[[], bool]) -> float | None:
    """How long it takes; None where it takes too long."""
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > PATIENCE:
            return None
        time.sleep(0.1)
    return time.monotonic() - started


@contextmanager
def served(said: Path) -> Iterator[Site]:
    """The site over this process's archive, until the end of the block; what it says goes there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with said.open("wb") as log:
        loop = _started(log, "sync_search", "--loop")
        server = _started(log, "serve", "--port", str(port), "--workers", "2")
        try:
            site = Site(port, server, loop)
            if seconds_until(site.is_well) is None:
                raise RuntimeError(f"The site does not come up:\n{said.read_text()[-3000:]}")
            yield site
        finally:
            for process in (server, loop):
                process.terminate()
            for process in (server, loop):
                process.wait()


def _started(log: object, *command: str) -> subprocess.Popen[bytes]:
    manage = [sys.executable, "manage.py", *command]
    return subprocess.Popen(manage, stdout=log, stderr=log)  # type: ignore[call-overload]
