"""Import of JSON Lines with approval, then of the same file again, which changes nothing."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings

from releases.models import SearchChange, Version
from tools.bench import corpus, processor, site
from tools.bench.tables import Table, timed

COUNT = 1_999
COLUMNS = ("run", "releases/s", "processor ms", "PostgreSQL ms", "peak MB")


def run(count: int = COUNT) -> Iterator[Table]:
    """Yield wall-clock rates, the processor time of a release in all processes and of it in the
    database, and the peak memory of each process."""
    path = Path(settings.VAR_DIR) / "releases.jsonl"
    corpus.write(path, corpus.rows(count))
    rows = []
    for name in ("first", "second"):
        (seconds, processor, database), peak = site.apart(_seconds, path)
        per_release = (1000 * processor / count, 1000 * database / count)
        rows.append((name, count / seconds, *per_release, peak))
    assert Version.objects.count() == SearchChange.objects.count() > 0
    yield Table(f"Import, {count:,} releases", COLUMNS, rows)


def _seconds(path: Path) -> tuple[float, float, float]:
    """Return the time, the processor time of all processes, and of it the database's."""
    own, database = _own_seconds(), processor.database_seconds()
    seconds = timed(partial(site.load, path), time.perf_counter) / 1000
    database = processor.database_seconds() - database
    return seconds, _own_seconds() - own + database, database


def _own_seconds() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = map(resource.getrusage, whose)
    return sum(each.ru_utime + each.ru_stime for each in used)
