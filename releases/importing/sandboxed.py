"""Conversion of untrusted documents in a process with limits, which lives for many files."""

from __future__ import annotations

import json
import os
import select
import subprocess  # nosec B404
import sys
import time
from types import TracebackType

from releases.importing.decoding import UnreadableFileError
from releases.importing.extracts import Extract, from_json
from releases.media import semaphore
from releases.media.sandbox import PROJECT_DIR

WORKER = "releases.importing.converters"
MAX_SECONDS = 60  # for one file
MAX_ANSWER = 100_000_000  # bytes of JSON
MAX_FILES = 500  # for one process, so that what a library leaks is bounded

TOO_EXPENSIVE = (
    "It took too much memory or time to read: it is damaged or built to do so. "
    "Open it on your computer, save it again, and import that."
)
BUSY = "Many files are being read now: import it again in a minute."


class Converter:
    """Process that converts files one by one; it starts with the first and is replaced if it
    breaks. `selector` names the element of a page that has the text."""

    def __init__(self, selector: str = "") -> None:
        self.selector = selector
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Converter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def convert(self, kind: str, name: str, data: bytes) -> list[Extract]:
        """Return the releases in a file of this kind. Raises UnreadableFileError."""
        try:
            with semaphore.slot():
                answer = json.loads(self._ask(kind, name, data))
        except semaphore.SemaphoreTimeoutError:
            raise UnreadableFileError(BUSY) from None
        except (OSError, ValueError, TimeoutError):
            self._stop()
            raise UnreadableFileError(TOO_EXPENSIVE) from None
        if "refused" in answer:
            raise UnreadableFileError(answer["refused"])
        return list(map(from_json, answer["found"]))

    def _ask(self, kind: str, name: str, data: bytes) -> bytes:
        process = self._running()
        assert process.stdin
        assert process.stdout
        head = {"kind": kind, "name": name, "size": len(data), "selector": self.selector}
        process.stdin.write(json.dumps(head).encode() + b"\n" + data)
        process.stdin.flush()
        return _read_line(process.stdout.fileno())

    def _running(self) -> subprocess.Popen[bytes]:
        self._files += 1
        if self._files > MAX_FILES:
            self._stop()
        if self._process is None:
            self._process, self._files = _start(), 1
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # nosec B603
        [sys.executable, "-m", WORKER],
        cwd=PROJECT_DIR,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _read_line(answers: int) -> bytes:
    """Read up to a line feed. Raises TimeoutError, or OSError if the process ended."""
    end, pieces, size = time.monotonic() + MAX_SECONDS, [], 0
    while size <= MAX_ANSWER:
        ready, _, _ = select.select([answers], [], [], max(end - time.monotonic(), 0))
        if not ready:
            raise TimeoutError
        pieces.append(os.read(answers, 1 << 16))
        size += len(pieces[-1])
        if not pieces[-1]:
            raise OSError("The process ended.")
        if pieces[-1].endswith(b"\n"):
            return b"".join(pieces)
    raise OSError("The answer is too long.")
