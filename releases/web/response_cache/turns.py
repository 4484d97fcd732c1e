"""Turns of threads that would do the same work at once."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

MAX_WAIT = 1.0  # seconds
LOCKS = 64  # shared by all keys


class Turns:
    """One thread at a time for each key; the others wait, but not for long."""

    def __init__(self) -> None:
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    @contextmanager
    def turn(self, key: Hashable | None) -> Iterator[bool]:
        """Take the key's turn within the block, and yield whether another thread had it; None
        waits for none."""
        if key is None:
            yield False
            return
        lock = self._locks[hash(key) % LOCKS]
        is_first = lock.acquire(blocking=False)
        is_held = is_first or lock.acquire(timeout=MAX_WAIT)
        try:
            yield not is_first
        finally:
            if is_held:
                lock.release()
