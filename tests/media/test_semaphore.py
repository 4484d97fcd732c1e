"""Only a few uploads are read at the same time."""

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from releases.media import intake, semaphore
from releases.media.sandbox import UnusableFileError
from tests.media import samples

HOLD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from releases.media import semaphore
with semaphore.slot():
    print("held", flush=True)
    sys.stdin.read()
"""
PICTURE = samples.photograph()


@pytest.fixture(autouse=True)
def turns_of_this_test(tmp_path, monkeypatch):
    """Give this test its own lock files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def take(_=None):
    return intake.prepare_image(samples.upload(PICTURE))


def readers() -> int:
    """Return the number of processes reading this test's pictures."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:  # the process has ended
            continue
        is_ours = tempfile.gettempdir().encode() in command
        count += b"releases.media.images" in command and is_ours
    return count


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux's /proc")
def test_eight_pictures_sent_at_once_are_all_read_two_at_a_time():
    seen = []
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(take) for _ in range(8)]
        while not all(each.done() for each in waiting):
            seen.append(readers())
            time.sleep(0.02)

    assert all(each.result().found["width"] == 1200 for each in waiting)
    assert max(seen) == semaphore.MAX_CONCURRENT == 2


def test_full_semaphore_asks_to_try_again(monkeypatch):
    monkeypatch.setattr(semaphore, "ACQUIRE_TIMEOUT", 0.2)

    with ExitStack() as held:
        for _ in range(semaphore.MAX_CONCURRENT):
            held.enter_context(semaphore.slot())
        with pytest.raises(UnusableFileError, match="save again in a minute"):
            take()

    assert take().found["width"] == 1200


def test_slots_are_shared_by_processes_and_freed_when_one_is_killed(
    turns_of_this_test, monkeypatch
):
    monkeypatch.setattr(semaphore, "MAX_CONCURRENT", 1)
    command = [sys.executable, "-c", HOLD, str(turns_of_this_test)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert semaphore._try_acquire() is None
        other.kill()

    with semaphore.slot():
        pass
