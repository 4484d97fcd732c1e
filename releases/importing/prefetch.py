"""Parsing of the next batch in a worker process while the current one is stored."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from threading import Thread

from releases.importing.records import ParsedRecord, Record, RejectedRecord

# The loader stores as many in one transaction.
BATCH = 200

Parsers = dict[str, Callable[[], ParsedRecord]]  # by source hash
FindKnown = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True)
class _Batch:
    """Consecutive records, and the worker's results for the new ones, by source hash."""

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
            return {}  # The worker was killed: the records parse themselves, in this process.


def prefetch_records(
    found: Iterable[Record | RejectedRecord], known: FindKnown
) -> Iterator[Record | RejectedRecord]:
    """Yield the records in order, the new ones parsed from the second batch on.

    `known` returns those of the source hashes that the archive has; they are not parsed. A single
    batch starts no process.
    """
    remaining = iter(found)
    batches = iter(lambda: list(islice(remaining, BATCH)), [])
    current = _Batch(next(batches, []))
    with _worker_pool() as pool:
        for following in batches:
            prefetched = _submit(pool, following, known)
            yield from current.records()
            current = prefetched
        yield from current.records()


def _worker_pool() -> ProcessPoolExecutor:
    # Spawned at the first use: a fork would share the connection to the database.
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=_exit_with_parent)


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
    """Run in the worker process."""
    return {sha256: parse() for sha256, parse in parsers.items()}


def _exit_with_parent() -> None:
    # Ctrl-C is the parent's to handle; a killed parent leaves no orphan.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
