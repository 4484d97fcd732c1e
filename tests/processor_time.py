"""Time of the processor, which other processes on the machine do not lengthen."""

import time
from collections.abc import Callable


def fastest(action: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs."""

    def once() -> float:
        began = time.process_time()
        action()
        return time.process_time() - began

    return min(once() for _ in range(times))
