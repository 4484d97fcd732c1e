"""Orderly exit on SIGINT and SIGTERM."""

import signal
import sys
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def leave_in_order() -> None:
    """Exit through all `with` blocks on the first of SIGNALS, and ignore further ones."""
    # A terminal signals every process, and each also stops its children.
    for each in SIGNALS:
        signal.signal(each, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)
