"""Patience with a server that may be away: whoever waits for it holds a thread of ours, and a page
may need that thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic

from pressroom.infra.storage import Unreachable

AT_ONCE = 3  # of a process: one fewer than `serve` has threads
A_TURN = 1  # seconds that one more waits for one of them
SECONDS = 5
A_TRY = 30  # seconds, within which who tries again knows


class Pause:
    """Begins when a server did not answer and ends when it does. Meanwhile nobody waits for it but
    one who tries again."""

    def __init__(self) -> None:
        self._turns = BoundedSemaphore(AT_ONCE)
        self._lock = Lock()
        self._ends: float | None = None  # None: there is no pause

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around a request. Raises Unreachable where it would be in vain, or wait too long."""
        self._require_none()
        if not self._turns.acquire(timeout=A_TURN):
            self.begin()
            raise Unreachable("The storage is slow to answer others: it is tried again soon.")
        try:
            yield
        finally:
            self._turns.release()

    def begin(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._ends = monotonic() + SECONDS

    def end(self) -> None:
        """The server answered."""
        with self._lock:
            self._ends = None

    def _require_none(self) -> None:
        with self._lock:
            if self._ends is None:
                return
            if monotonic() < self._ends:
                raise Unreachable(
                    "The storage did not answer a moment ago: it is tried again soon."
                )
            self._ends = monotonic() + A_TRY
