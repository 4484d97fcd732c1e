"""Turns: however many files are sent at once, to however many processes of the site, only so many
are read at a time, so that the memory that this takes is bounded."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_CONCURRENT = 2  # on the machine; each may take as much memory as releases.media.sandbox allows
ACQUIRE_TIMEOUT = 60  # seconds; fronts seldom wait longer
POLL_INTERVAL = 0.1  # seconds


class SemaphoreTimeoutError(Exception):
    """No turn came in time."""


@contextmanager
def slot() -> Iterator[None]:
    """Wait for one of the turns and hold it. Raises Busy after PATIENCE.

    A turn is a lock on a file, which the kernel takes back from a process that is killed.
    """
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
    """The open file of a turn that nobody has; None if there is none."""
    for number in range(MAX_CONCURRENT):
        lock = os.open(_lock_file(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return lock
    return None


def _lock_file(number: int) -> Path:
    return Path(tempfile.gettempdir()) / f"pressroom-{os.getuid()}-turn-{number}"
