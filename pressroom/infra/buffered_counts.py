"""Counts buffered in the process, so that counting costs a request nothing."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import Error
from django.utils import timezone

WRITE_INTERVAL = 60  # seconds between two writes of a process
MAX_BUFFERED = 200  # keys between two writes; further ones are not counted


class Counted(NamedTuple):
    """Count of a key, and the value that it first came with."""

    value: Any
    times: int


Record = Callable[[Mapping[str, Counted], datetime.date], object]


class CountBuffer:
    """Thread-safe counts by key, recorded with the day at most every WRITE_INTERVAL."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._lock = threading.Lock()
        self._counts: dict[str, Counted] = {}
        self._written_at = time.monotonic()

    def count(self, key: str, value: Any) -> None:
        """Count a key, and write all counts if the last write is that long ago."""
        with self._lock:
            if key in self._counts or len(self._counts) < MAX_BUFFERED:
                before = self._counts.get(key, Counted(value, 0))
                self._counts[key] = Counted(before.value, before.times + 1)
            is_due = time.monotonic() - self._written_at >= WRITE_INTERVAL
        if is_due:
            self.write(timezone.localdate())

    def write(self, day: datetime.date) -> None:
        """Write the counts to the database; drop them if it fails."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._written_at = time.monotonic()
        if not counts:
            return
        try:
            self._record(counts, day)
        except Error:
            return  # a count is not worth an error page
