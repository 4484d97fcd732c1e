"""Commands that work until a signal stops them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from django.core.management.base import OutputWrapper

Progress = Callable[[str], object]


def run_until_stopped(
    output: OutputWrapper, started: str, run: Callable[[threading.Event, Progress], None]
) -> None:
    """Run the loop until SIGTERM or SIGINT sets its event."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    output.write(f"{started} Stop with Ctrl-C.")
    run(stop, output.write)
    output.write("Stopped.")
