"""The reading of what comes next, in another process, while what is before it is being stored."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from threading import Thread

from releases.importing.records import Record, RejectedRecord, UnparsedRecord

# As many as are stored in one transaction: one such batch waits while the one before is stored.
BATCH = 200

Batch = Sequence[UnparsedRecord | RejectedRecord]
Readers = dict[str, Callable[[], Record]]
FindKnown = Callable[[Collection[str]], Collection[str]]


def prefetch_records(
    found: Iterable[UnparsedRecord | RejectedRecord], known: FindKnown
) -> Iterator[UnparsedRecord | RejectedRecord]:
    """The same in the same order; from the second batch on, what is new has been read already.

    `known` says which of these source hashes the archive has: those are not read. The readers of
    what is found must be picklable. A single batch never starts a process.
    """
    remaining = iter(found)
    batches = iter(lambda: list(islice(remaining, BATCH)), [])
    current: Batch = next(batches, [])
    with _worker_pool() as pool:
        for following in batches:
            prefetched = _submit(pool, following, known)
            yield from current
            current = prefetched
        yield from current


def _worker_pool() -> ProcessPoolExecutor:
    """One process, started at the first use; anew, since a fork would share the connection to the
    database."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=_exit_with_parent)


def _submit(pool: ProcessPoolExecutor, batch: Batch, known: FindKnown) -> Batch:
    """The batch; its new releases wait for the other process when they are asked to be read."""
    readers = {item.sha256: item.read for item in batch if isinstance(item, UnparsedRecord)}
    for sha256 in known(list(readers)):
        del readers[sha256]
    if not readers:
        return batch
    try:
        future = pool.submit(_read_all, readers)
    except BrokenProcessPool:
        return batch
    return [_with_future(item, readers, future) for item in batch]


def _with_future(
    item: UnparsedRecord | RejectedRecord, readers: Readers, future: Future[dict[str, Record]]
) -> UnparsedRecord | RejectedRecord:
    if isinstance(item, RejectedRecord) or item.sha256 not in readers:
        return item
    return UnparsedRecord(item.source, partial(_future_result, future, item), item.key)


def _read_all(readers: Readers) -> dict[str, Record]:
    """In the other process."""
    return {sha256: read() for sha256, read in readers.items()}


def _future_result(future: Future[dict[str, Record]], item: UnparsedRecord) -> Record:
    """What the other process has read; if that was killed, it is read here."""
    try:
        return future.result()[item.sha256]
    except BrokenProcessPool:
        return item.read()


def _exit_with_parent() -> None:
    """Ctrl-C is for the parent to answer; a parent that was killed leaves no orphan behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
