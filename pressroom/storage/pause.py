"""Patience with a server that is away: one asks whether it is back, the others do not wait."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from pressroom.storage import Unreachable

SECONDS = 5
A_TRY = 30  # seconds, within which who tries knows


class Pause:
    """Begins when a server did not answer and ends when it does. Else a server that hangs would
    hold every thread of ours for as long as one waits for it, and with them the pages."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ends: float | None = None  # None: there is no pause

    def enter(self) -> None:
        """Before a request. Raises Unreachable, but for one in each while, who tries."""
        with self._lock:
            if self._ends is None:
                return
            if monotonic() < self._ends:
                raise Unreachable(
                    "The storage did not answer a moment ago: it is tried again soon."
                )
            self._ends = monotonic() + A_TRY

    def begin(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._ends = monotonic() + SECONDS

    def end(self) -> None:
        """The server answered."""
        with self._lock:
            self._ends = None
