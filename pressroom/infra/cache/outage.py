"""Patience with a Redis that is away: a page does without it, so nobody waits for it twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic

from redis.exceptions import RedisError

PAUSE = 5  # seconds that it is left alone after a failure

logger = logging.getLogger(__name__)


class Outage:
    """Begins with a failure. After each pause one thread tries whether it is over; meanwhile the
    others do without. Threads share it."""

    def __init__(self) -> None:
        self.is_on = False
        self._pause_ends = 0.0
        self._changing = threading.Lock()
        self._trying = threading.Lock()

    def begin(self, error: Exception) -> None:
        """What was asked failed."""
        self._pause_ends = monotonic() + PAUSE
        if self._is_news(True):
            logger.warning("The shared cache fails, each process goes on with its own: %s", error)

    def is_over(self, try_out: Callable[[], None]) -> bool:
        """Whether to ask. `try_out` raises RedisError while it is on."""
        if not self.is_on:
            return True
        if monotonic() < self._pause_ends or not self._trying.acquire(blocking=False):
            return False
        try:
            try_out()
            if self._is_news(False):
                logger.warning("The shared cache is back.")
        except RedisError as error:
            self.begin(error)
        finally:
            self._trying.release()
        return not self.is_on

    def _is_news(self, is_on: bool) -> bool:
        with self._changing:
            was, self.is_on = self.is_on, is_on
        return was != is_on
