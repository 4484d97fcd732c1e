"""Import of JSON Lines with approval, then of the same file again, which changes nothing."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection

from releases.models import SearchChange, Version
from tools.bench import corpus, site
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
    stat = Path(f"/proc/{_backend()}/stat")
    own, database = _own_seconds(), _seconds_of(stat)
    seconds = timed(partial(site.load, path), time.perf_counter) / 1000
    database = _seconds_of(stat) - database
    return seconds, _own_seconds() - own + database, database


def _own_seconds() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = map(resource.getrusage, whose)
    return sum(each.ru_utime + each.ru_stime for each in used)


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _seconds_of(stat: Path) -> float:
    # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime are 14 and 15.
    fields = stat.read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
