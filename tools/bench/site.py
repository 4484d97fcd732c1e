"""Archive and indexes of the throwaway site."""

from __future__ import annotations

import multiprocessing
import re
import resource
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from django import db
from django.conf import settings
from haystack import connections

from releases.importing import formats
from releases.importing.loader import Loader, known_hashes
from releases.importing.prefetch import prefetch_records
from releases.models import Release, SearchChange
from releases.search import worker
from tools.bench import corpus

BATCH = 1000


def fill(rows: Iterator[corpus.Row]) -> list[int]:
    """Import and approve these releases; return the ids of all public ones."""
    path = Path(settings.VAR_DIR) / "rows.jsonl"
    corpus.write(path, rows)
    load(path)
    path.unlink()
    return list(Release.objects.published().order_by("pk").values_list("pk", flat=True))


def withdraw(ids: Collection[int]) -> None:
    """Withdraw the releases without updating the index."""
    status = Release.Status.WITHDRAWN
    Release.objects.filter(pk__in=ids).update(status=status, status_reason="It is a test.")


def load(path: Path) -> int:
    """Import a file as the command does; return the number of releases."""
    found = prefetch_records(formats.read_files([path]), known_hashes)
    return sum(1 for _ in Loader(approve=True).load(found))


def frequent_words() -> list[str]:
    """Return words of the titles, most frequent first."""
    titles = Release.objects.published().values_list("title", flat=True)
    counts = Counter(word for title in titles for word in re.findall("[a-z]{4,}", title.lower()))
    return [word for word, _ in counts.most_common()]


def analyze() -> None:
    """Update the planner's statistics, as autovacuum would before long."""
    with db.connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def batches(ids: Collection[int]) -> Iterator[list[Release]]:
    """Yield the releases as Haystack's commands pass them to an engine."""
    index = connections["default"].get_unified_index().get_index(Release)
    for start in range(0, len(ids), BATCH):
        yield list(index.public().filter(pk__in=list(ids)[start : start + BATCH]))


def index_all() -> None:
    """Index all public releases and empty the worker."""
    worker.rebuild()
    SearchChange.objects.all().delete()


def stock_index(ids: Collection[int]) -> None:
    """Index the releases with Haystack's Whoosh backend."""
    index = connections["stock"].get_unified_index().get_index(Release)
    for batch in batches(ids):
        connections["stock"].get_backend().update(index, batch)


def apart(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Call the function in a new process; return its result and peak memory in MB.

    The memory includes the largest child of that process.
    """
    db.connections.close_all()  # a child cannot use its parent's connections
    fork = multiprocessing.get_context("fork")
    receiving, sending = fork.Pipe(duplex=False)
    process = fork.Process(target=_send, args=(sending, function, arguments))
    process.start()
    sending.close()
    try:
        return receiving.recv()
    finally:
        process.join()


def _send(sending: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    result = function(*arguments)
    db.connections.close_all()
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    sending.send((result, sum(resource.getrusage(who).ru_maxrss for who in whose) / 1024))
