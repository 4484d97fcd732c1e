"""The throwaway site that is measured: its archive, filled by the importer, and its indexes."""

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
    """Have these releases in the archive, public. Returns the ids of all that are public."""
    path = Path(settings.VAR_DIR) / "rows.jsonl"
    corpus.write(path, rows)
    load(path)
    path.unlink()
    return list(Release.objects.published().order_by("pk").values_list("pk", flat=True))


def withdraw(ids: Collection[int]) -> None:
    """Take these back, without the index's knowing."""
    status = Release.Status.WITHDRAWN
    Release.objects.filter(pk__in=ids).update(status=status, status_reason="It is a test.")


def load(path: Path) -> int:
    """Import a file of releases as the command does; returns how many it holds."""
    found = prefetch_records(formats.read_files([path]), known_hashes)
    return sum(1 for _ in Loader(approve=True).load(found))


def frequent_words() -> list[str]:
    """Words of the titles, those first that most have."""
    titles = Release.objects.published().values_list("title", flat=True)
    counts = Counter(word for title in titles for word in re.findall("[a-z]{4,}", title.lower()))
    return [word for word, _ in counts.most_common()]


def analyze() -> None:
    """Have the database plan by what it holds now, as its own upkeep does before long."""
    with db.connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def batches(ids: Collection[int]) -> Iterator[list[Release]]:
    """The releases as Haystack's commands hand them to an engine."""
    index = connections["default"].get_unified_index().get_index(Release)
    for start in range(0, len(ids), BATCH):
        yield list(index.public().filter(pk__in=list(ids)[start : start + BATCH]))


def index_all() -> None:
    """Have all in the index that is public, and nothing waiting."""
    worker.rebuild()
    SearchChange.objects.all().delete()


def stock_index(ids: Collection[int]) -> None:
    """Have these in the index of Haystack's own engine."""
    index = connections["stock"].get_unified_index().get_index(Release)
    for batch in batches(ids):
        connections["stock"].get_backend().update(index, batch)


def apart(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What the function returns in a new process, and the megabytes that this and the largest
    process it starts take at most."""
    db.connections.close_all()  # a process can not use its parent's
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
