"""Patience with a server that may be away: whoever waits for it holds a thread of ours, and a page
may need that thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic

from pressroom.infra.storage.errors import StorageUnreachableError

MAX_CONCURRENT = 3  # of a process: one fewer than `serve` has threads
ACQUIRE_TIMEOUT = 1  # seconds that one more waits for one of them
OPEN_SECONDS = 5
TRIAL_SECONDS = 30  # seconds, within which who tries again knows


class CircuitBreaker:
    """Begins when a server did not answer and ends when it does. Meanwhile nobody waits for it but
    one who tries again."""

    def __init__(self) -> None:
        self._semaphore = BoundedSemaphore(MAX_CONCURRENT)
        self._lock = Lock()
        self._open_until: float | None = None  # None: there is no pause

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around a request. Raises Unreachable where it would be in vain, or wait too long."""
        self._require_closed()
        if not self._semaphore.acquire(timeout=ACQUIRE_TIMEOUT):
            self.trip()
            raise StorageUnreachableError(
                "The storage is slow to answer others: it is tried again soon."
            )
        try:
            yield
        finally:
            self._semaphore.release()

    def trip(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._open_until = monotonic() + OPEN_SECONDS

    def reset(self) -> None:
        """The server answered."""
        with self._lock:
            self._open_until = None

    def _require_closed(self) -> None:
        with self._lock:
            if self._open_until is None:
                return
            if monotonic() < self._open_until:
                raise StorageUnreachableError(
                    "The storage did not answer a moment ago: it is tried again soon."
                )
            self._open_until = monotonic() + TRIAL_SECONDS
