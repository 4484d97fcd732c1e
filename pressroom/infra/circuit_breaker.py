"""Circuit breaker for servers that may be down: search cluster, Redis and bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic

OPEN_SECONDS = 5  # without calls after a failure
TRIAL_SECONDS = 30  # after which an unfinished trial call no longer blocks others
ACQUIRE_TIMEOUT = 1  # seconds to wait for one of the concurrent calls to end

StateListener = Callable[[Exception | None], object]


class CircuitOpenError(Exception):
    """Refusal to call a server that failed a moment ago."""


class CircuitBreaker:
    """Opens after `threshold` failures in a row, and lets one trial call through after
    OPEN_SECONDS. Thread-safe.

    Callers report outcomes with `trip` and `reset`. `on_change` receives the error that opened the
    circuit, and None when it closes.
    """

    def __init__(
        self,
        name: str,
        refusal: type[Exception] = CircuitOpenError,
        threshold: int = 1,
        max_concurrent: int | None = None,
        on_change: StateListener | None = None,
    ) -> None:
        self.name, self.refusal, self.threshold = name, refusal, threshold
        self.is_open = False
        self._on_change = on_change
        self._semaphore = BoundedSemaphore(max_concurrent) if max_concurrent else None
        self._lock = Lock()
        self._failures = 0
        self._open_until = 0.0

    @contextmanager
    def guard(self) -> Iterator[bool]:
        """Admit one call, and yield whether it is the trial. Raises `refusal` while open, or when
        `max_concurrent` calls are still running after ACQUIRE_TIMEOUT."""
        trial_ends = self._admit()
        try:
            self._acquire()
            try:
                yield trial_ends is not None
            finally:
                if self._semaphore:
                    self._semaphore.release()
        finally:
            self._end_trial(trial_ends)

    def trip(self, error: Exception) -> None:
        """Record a failure."""
        with self._lock:
            self._failures += 1
            if self._failures < self.threshold:
                return
            self._open_until = monotonic() + OPEN_SECONDS
            was_open, self.is_open = self.is_open, True
        if not was_open and self._on_change:
            self._on_change(error)

    def reset(self) -> None:
        """Close the circuit after a successful call."""
        with self._lock:
            self._failures = 0
            was_open, self.is_open = self.is_open, False
        if was_open and self._on_change:
            self._on_change(None)

    def _admit(self) -> float | None:
        """Return the time at which the trial ends, or None if the circuit is closed."""
        with self._lock:
            if not self.is_open:
                return None
            if monotonic() < self._open_until:
                raise self.refusal(f"The {self.name} did not answer a moment ago.")
            self._open_until = monotonic() + TRIAL_SECONDS
            return self._open_until

    def _acquire(self) -> None:
        if self._semaphore and not self._semaphore.acquire(timeout=ACQUIRE_TIMEOUT):
            error = self.refusal(f"The {self.name} is slow to answer other calls.")
            self.trip(error)
            raise error

    def _end_trial(self, trial_ends: float | None) -> None:
        with self._lock:
            # A trial that ended in an unrelated error proved nothing: let the next call try.
            if trial_ends is not None and self._open_until == trial_ends:
                self._open_until = 0.0
