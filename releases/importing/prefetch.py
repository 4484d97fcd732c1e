"""Parsing of the next batches in worker processes while the current one is stored."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice, takewhile
from threading import Event, Thread

from releases.importing.records import ParsedRecord, Record, RejectedRecord

BATCH = 400  # records; the loader stores as many in one transaction
# One processor is left for the database and one for storing: a batch is stored almost as fast as
# one process parses it.
WORKERS = min(max((os.cpu_count() or 1) - 2, 1), 3)

# New objects between two looks for unused ones that refer to each other: an import makes few such,
# and looking through all that it holds takes a tenth of its time.
COLLECTED_AFTER = 50_000

Parsers = dict[str, Callable[[], ParsedRecord]]  # by source hash
FindKnown = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True)
class _Batch:
    """Consecutive records, with the worker's results for the new ones by source hash."""

    items: Sequence[Record | RejectedRecord]
    results: Future[dict[str, ParsedRecord]] | None = None

    def records(self) -> Iterator[Record | RejectedRecord]:
        parsed = self._wait()
        for item in self.items:
            if isinstance(item, Record) and item.sha256 in parsed:
                item = item.with_parsed(parsed[item.sha256])
            yield item

    def _wait(self) -> dict[str, ParsedRecord]:
        try:
            return self.results.result() if self.results else {}
        except BrokenProcessPool:
            return {}  # The worker was killed: records are then parsed lazily in this process.


def prefetch_records(
    found: Iterable[Record | RejectedRecord], known: FindKnown
) -> Iterator[Record | RejectedRecord]:
    """Yield the records in order; from the second batch on, new ones are already parsed.

    `known` returns which of the source hashes are already in the archive; those are not parsed. A
    single batch starts no process.
    """
    with _rare_collections(), _worker_pool() as pool, _reader() as (reader, stopped):
        batches = _read_ahead(takewhile(lambda _: not stopped.is_set(), found), reader)
        pending = deque([_Batch(next(batches, []))])
        for following in batches:
            pending.append(_submit(pool, following, known))
            if len(pending) > WORKERS:
                yield from pending.popleft().records()
        for batch in pending:
            yield from batch.records()


@contextmanager
def _rare_collections() -> Iterator[None]:
    before, was_frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    _collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not was_frozen:
            gc.unfreeze()


def _collect_rarely() -> None:
    if not gc.get_freeze_count():
        gc.freeze()  # what was imported at the start stays anyway
    gc.set_threshold(COLLECTED_AFTER)


@contextmanager
def _reader() -> Iterator[tuple[ThreadPoolExecutor, Event]]:
    """Yield a thread, and what is set when it is to stop after the record that it reads."""
    stopped = Event()
    with ThreadPoolExecutor(1) as reader:
        try:
            yield reader, stopped
        finally:
            stopped.set()


def _read_ahead(
    found: Iterable[Record | RejectedRecord], reader: ThreadPoolExecutor
) -> Iterator[list[Record | RejectedRecord]]:
    """Yield batches; the next one is read while the database stores one."""
    remaining = iter(found)
    following = reader.submit(lambda: list(islice(remaining, BATCH)))
    while batch := following.result():
        following = reader.submit(lambda: list(islice(remaining, BATCH)))
        yield batch


def _worker_pool() -> ProcessPoolExecutor:
    # Spawned at the first use: a fork would share the connection to the database.
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(WORKERS, mp_context=spawn, initializer=_begin_worker)


def _submit(
    pool: ProcessPoolExecutor, items: Sequence[Record | RejectedRecord], known: FindKnown
) -> _Batch:
    parsers = {item.sha256: item.parse for item in items if isinstance(item, Record)}
    for sha256 in known(list(parsers)):
        del parsers[sha256]
    try:
        return _Batch(items, pool.submit(_parse_all, parsers) if parsers else None)
    except BrokenProcessPool:
        return _Batch(items)


def _parse_all(parsers: Parsers) -> dict[str, ParsedRecord]:
    """Run in the worker process. What raises an error is parsed later, by who reports it."""
    found = {}
    for sha256, parse in parsers.items():
        with suppress(Exception):
            found[sha256] = parse()
    return found


def _begin_worker() -> None:
    _collect_rarely()
    # The parent handles Ctrl-C. If it is killed, no orphan stays behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
