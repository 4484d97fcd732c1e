"""Prefetching changes neither the order nor the words of the records."""

import gc
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from releases.importing import formats, prefetch
from releases.importing.loader import Loader, dry_run, known_hashes
from releases.importing.prefetch import BATCH, prefetch_records
from releases.importing.records import Record, RejectedRecord

COUNT = 2 * BATCH + 5
# What a parsing process loads: the program that started it, and what it calls.
LOADED = """
import sys, manage, releases.importing.prefetch, releases.importing.fields
print({"ftfy", "django.core.management", "psycopg2"} & {*sys.modules})
"""


@pytest.fixture
def archive(tmp_path) -> Path:
    """Several batches of releases; the third line of each batch is not JSON."""
    lines = [json.dumps({"id": n, "title": f"Office {n}", "body": "Open."}) for n in range(COUNT)]
    for bad in range(2, COUNT, BATCH):
        lines[bad] = "{"
    path = tmp_path / "archive.jsonl"
    path.write_text("\n".join(lines))
    return path


def nothing_known(hashes):
    return ()


def all_known(hashes):
    return hashes


def read(found):
    return [item if isinstance(item, RejectedRecord) else item.parsed for item in found]


def test_prefetching_keeps_records_and_order(archive):
    plainly = read(formats.read_files([archive]))
    assert read(prefetch_records(formats.read_files([archive]), nothing_known)) == plainly
    assert len(plainly) == COUNT


def test_prefetched_records_are_parsed_in_another_process(archive):
    process_of = (
        Record(item.source, os.getpid)
        for item in formats.read_files([archive] * 2)
        if isinstance(item, Record)
    )
    processes = [item.parsed for item in prefetch_records(process_of, nothing_known)]
    assert set(processes[:BATCH]) == {os.getpid()}
    assert os.getpid() not in processes[BATCH:]


def test_error_in_a_worker_stops_no_other_record(archive):
    items = [item for item in formats.read_files([archive] * 2) if isinstance(item, Record)]
    items[-1] = Record(items[-1].source, partial(int, "x"))

    *others, last = prefetch_records(items, nothing_known)

    assert len(read(others)) == len(items) - 1
    with pytest.raises(ValueError, match="invalid literal"):
        _ = last.parsed


def test_known_records_start_no_process(archive):
    for _ in prefetch_records(formats.read_files([archive]), all_known):
        assert not multiprocessing.active_children()


def test_a_single_batch_starts_no_process(archive):
    archive.write_text("\n".join(archive.read_text().splitlines()[:BATCH]))
    for _ in prefetch_records(formats.read_files([archive]), nothing_known):
        assert not multiprocessing.active_children()


@pytest.mark.parametrize("is_frozen", [False, True])
def test_collector_rests_only_during_the_import(archive, is_frozen):
    gc.unfreeze()
    if is_frozen:
        gc.freeze()  # as a server's process does at its start
    before = gc.get_threshold()

    found = prefetch_records(formats.read_files([archive]), all_known)
    next(found)
    assert gc.get_threshold()[0] == prefetch.COLLECTED_AFTER
    assert gc.get_freeze_count()
    found.close()

    assert gc.get_threshold() == before
    assert bool(gc.get_freeze_count()) == is_frozen


def test_killed_worker_loses_nothing(archive):
    found = prefetch_records(formats.read_files([archive]), nothing_known)
    first = next(found)
    for reader in multiprocessing.active_children():
        os.kill(reader.pid, signal.SIGKILL)
    assert read([first, *found]) == read(formats.read_files([archive]))


def test_next_batch_is_read_while_one_is_stored(archive, monkeypatch):
    monkeypatch.setattr(prefetch, "WORKERS", 1)
    is_read = threading.Event()

    def items():
        yield from formats.read_files([archive])
        is_read.set()

    found = prefetch_records(items(), all_known)
    next(found)

    assert is_read.wait(60)
    assert len(list(found)) == COUNT - 1


def test_no_more_is_read_once_the_import_stops(archive, monkeypatch):
    monkeypatch.setattr(prefetch, "WORKERS", 1)
    stopping, taken = threading.Event(), []

    def items():
        for item in cycle(formats.read_files([archive])):
            taken.append(item)
            if len(taken) > 2 * BATCH:
                stopping.wait()
                time.sleep(0.01)
            yield item

    found = prefetch_records(items(), all_known)
    next(found)
    stopping.set()
    found.close()

    assert len(taken) < 3 * BATCH


def releases_of(items) -> list[tuple[object, ...]]:
    """Store the records in a rehearsal; return outcomes, addresses and parts in their order."""
    with dry_run():
        found = list(Loader(approve=True).load(items))
        return [
            (each.source, each.outcome, each.warnings, each.release and each.release.snapshot())
            for each in found
        ]


@pytest.mark.django_db
def test_import_in_several_processes_stores_what_one_stores(tmp_path, monkeypatch):
    opens = ("opens to all of the county", "opens <b>soon</b>", "has hours that are new")
    lines = [
        json.dumps(
            {
                "source": "county",
                "id": number % 40,  # the last ones change earlier ones
                "title": f"Office {number % 7} Opens",
                "date": f"20{number % 5:02}-05-14" if number % 6 else "May 2012",
                "body": f"OAK – It {opens[number % 3]}.\n\n- {number % 11}\n\n###\n\nSee us.",
                "url": f"https://county.example/{number % 13}",
                "topics": [f"Topic {number % 3}"],
            }
        )
        for number in range(50)
    ]
    lines[25] = "{"
    path = tmp_path / "archive.jsonl"
    path.write_text("\n".join(lines))
    monkeypatch.setattr(prefetch, "BATCH", 10)

    plainly = releases_of(formats.read_files([path]))
    assert releases_of(prefetch_records(formats.read_files([path]), known_hashes)) == plainly
    assert {outcome for _, outcome, *_ in plainly} == {"created", "draft", "rejected", "updated"}


def test_parsing_process_loads_only_what_most_texts_need():
    assert subprocess.check_output([sys.executable, "-c", LOADED], text=True) == "set()\n"
