"""Semaphore across the processes of a machine, bounding the memory used to read uploads."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_CONCURRENT = 2  # per machine; each may use as much memory as the sandbox allows
ACQUIRE_TIMEOUT = 60  # seconds; proxies seldom wait longer
POLL_INTERVAL = 0.1  # seconds


class SemaphoreTimeoutError(Exception):
    """No slot became free in time."""


@contextmanager
def slot() -> Iterator[None]:
    """Wait for a slot and occupy it. Raises SemaphoreTimeoutError after ACQUIRE_TIMEOUT."""
    lock = _acquire()
    try:
        yield
    finally:
        os.close(lock)


def _acquire() -> int:
    end = time.monotonic() + ACQUIRE_TIMEOUT
    while (lock := _try_acquire()) is None:
        if time.monotonic() > end:
            raise SemaphoreTimeoutError
        time.sleep(POLL_INTERVAL)
    return lock


def _try_acquire() -> int | None:
    """Return the file descriptor of a free slot; None if there is none."""
    for number in range(MAX_CONCURRENT):
        lock = os.open(_lock_file(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        # A file lock: the kernel releases it if the process is killed.
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return lock
    return None


def _lock_file(number: int) -> Path:
    return Path(tempfile.gettempdir()) / f"pressroom-{os.getuid()}-turn-{number}"
