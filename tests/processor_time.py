"""Measurement of processor time, which other processes do not distort."""

import time
from collections.abc import Callable


def fastest(action: Callable[[], object], times: int = 3) -> float:
    """Return the time in seconds of the fastest of several runs."""

    def once() -> float:
        began = time.process_time()
        action()
        return time.process_time() - began

    return min(once() for _ in range(times))
