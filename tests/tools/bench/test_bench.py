"""`make bench` runs to completion on a tiny archive and cleans up when interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pressroom.infra.db.embedded.postmaster import find_postmaster

PROJECT = Path(__file__).resolve().parents[3]
PATIENCE = 300  # seconds, after which it hangs


@pytest.fixture
def temporary(tmp_path):
    """Folder for its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(temporary):
    """Start it with arguments."""
    environment = os.environ | {"TMPDIR": str(temporary)}
    environment.pop("CORPUS", None)
    started = []

    def run(*arguments):
        command = [sys.executable, "-m", "tools.bench", *map(str, arguments)]
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_tables_are_printed_and_written(start, tmp_path):
    process = start("reading", "searching", "--count", 40, "--json", tmp_path / "tables.json")
    printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    tables = json.loads((tmp_path / "tables.json").read_text(encoding="utf-8"))["tables"]
    assert [table["title"] for table in tables] == [
        "Reading: 0 wrong dates, 0 lost paragraphs",
        "Misread",
        "Search over 40 releases, ms",
        "Words that nobody asked for before, over 40 releases, ms",
    ]
    assert all(table["title"] in printed for table in tables)
    assert {row["query"] for row in tables[2]["rows"]} >= {"rare", "AND", "phrase", "prefix"}


def wait_until(holds):
    """Return the value of `holds` once it is true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_it_is_stopped(start, temporary, number):
    process = start("publishing")
    (data,) = wait_until(lambda: [*temporary.glob("*/postgres/data")])
    postmaster = wait_until(lambda: find_postmaster(data))
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + number
    assert [*temporary.iterdir()] == []
    wait_until(lambda: not Path(f"/proc/{postmaster.pid}").exists())


def test_an_unknown_name_is_told(start, capfd):
    assert start("baking").wait() == 2
    assert "baking; choose from reading" in capfd.readouterr().err
