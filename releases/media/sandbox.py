"""Sandbox for reading untrusted files: a process with limits on memory and time.

A decoder that crashes, grows or hangs affects only that process, which has no secrets, no database
and no Django.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import subprocess  # nosec B404
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from releases.media import semaphore

PROJECT_DIR = Path(__file__).resolve().parents[2]
MAX_MEMORY = 2 * 1024**3  # bytes of address space
MAX_SECONDS = 90

TOO_EXPENSIVE = (
    "The file took too much memory or time to read: it is damaged or built to do so. "
    "Open it on your computer, save it again, and upload that."
)

BUSY = "Many files are being processed now: choose the file and save again in a minute."

logger = logging.getLogger(__name__)


class UnusableFileError(Exception):
    """The file cannot be used; the message is for the person who chose it."""


def run(module: str, source: Path) -> dict[str, Any]:
    """Run the worker `module` on the file `source` and return what it found.

    The worker may write next to `source`. Raises UnusableFileError with the worker's sentence, with
    TOO_EXPENSIVE if it broke down, or with BUSY if no slot became free.
    """
    try:
        with semaphore.slot():
            answer = json.loads(_run_worker(module, source))
    except semaphore.SemaphoreTimeoutError:
        raise UnusableFileError(BUSY) from None
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        logger.warning("%s could not read an upload: %s %s", module, error, error.stderr or "")
        raise UnusableFileError(TOO_EXPENSIVE) from None
    if "refused" in answer:
        raise UnusableFileError(answer["refused"])
    return answer["found"]


def _run_worker(module: str, source: Path) -> bytes:
    """Return the worker's output."""
    command = [sys.executable, "-m", module, str(source)]
    return subprocess.run(  # noqa: S603  # nosec B603
        command,
        cwd=PROJECT_DIR,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        timeout=MAX_SECONDS,
        check=True,
    ).stdout


def worker_main(read: Callable[[Path], dict[str, Any]]) -> None:
    """Limit this process, read the file it was given and print what was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        answer: dict[str, Any] = {"found": read(Path(sys.argv[1]))}
    except UnusableFileError as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": TOO_EXPENSIVE}
    json.dump(answer, sys.stdout)
