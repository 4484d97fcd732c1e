"""Memory that requests no longer use."""

import ctypes
from pathlib import Path

import pytest

from pressroom.infra.freed_memory import FreedMemoryMiddleware

SIZE = 20_000  # bytes: malloc does not map so few apart
PAGE = 4096

pytestmark = pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="Only glibc returns memory on request."
)


def resident():
    """Return the process's memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def leave_below_what_is_in_use():
    """Free 40 MB below a piece that stays; return it."""
    pieces = [bytes(SIZE) for _ in range(2_000)]
    return pieces[-1]


def test_memory_freed_by_a_request_is_returned_after_it():
    application = FreedMemoryMiddleware(lambda environ, start: [leave_below_what_is_in_use()])
    before = resident()

    answered = application({}, None)

    assert len(answered[0]) == SIZE
    assert resident() - before < 10_000_000


def test_memory_is_returned_once_in_an_interval():
    application = FreedMemoryMiddleware(lambda environ, start: [leave_below_what_is_in_use()])
    application({}, None)
    before = resident()

    answered = application({}, None)

    assert len(answered[0]) == SIZE
    assert resident() - before > 20_000_000
