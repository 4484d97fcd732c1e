"""Patience with a Redis that is away: a page does without it, so nobody waits for it twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic

from redis.exceptions import RedisError

OPEN_SECONDS = 5  # seconds that it is left alone after a failure

logger = logging.getLogger(__name__)


class CircuitBreaker:
    """Begins with a failure. After each pause one thread tries whether it is over; meanwhile the
    others do without. Threads share it."""

    def __init__(self) -> None:
        self.is_open = False
        self._open_until = 0.0
        self._state_lock = threading.Lock()
        self._trial_lock = threading.Lock()

    def trip(self, error: Exception) -> None:
        """What was asked failed."""
        self._open_until = monotonic() + OPEN_SECONDS
        if self._set_open(True):
            logger.warning("The shared cache fails, each process goes on with its own: %s", error)

    def allows_call(self, try_out: Callable[[], None]) -> bool:
        """Whether to ask. `try_out` raises RedisError while it is on."""
        if not self.is_open:
            return True
        if monotonic() < self._open_until or not self._trial_lock.acquire(blocking=False):
            return False
        try:
            try_out()
            if self._set_open(False):
                logger.warning("The shared cache is back.")
        except RedisError as error:
            self.trip(error)
        finally:
            self._trial_lock.release()
        return not self.is_open

    def _set_open(self, is_on: bool) -> bool:
        with self._state_lock:
            was, self.is_open = self.is_open, is_on
        return was != is_on
