"""Import of JSON Lines with approval, then of the same file again, which changes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings

from releases.models import SearchChange, Version
from tools.bench import corpus, site
from tools.bench.tables import Table, timed

COUNT = 1_999


def run(count: int = COUNT) -> Iterator[Table]:
    """Yield wall-clock rates, which include the database, and the peak memory of each process."""
    path = Path(settings.VAR_DIR) / "releases.jsonl"
    corpus.write(path, corpus.rows(count))
    rows = []
    for name in ("first", "second"):
        seconds, peak = site.apart(_seconds, path)
        rows.append((name, count / seconds, peak))
    assert Version.objects.count() == SearchChange.objects.count() > 0
    yield Table(f"Import, {count:,} releases", ("run", "releases/s", "peak MB"), rows)


def _seconds(path: Path) -> float:
    return timed(partial(site.load, path), time.perf_counter) / 1000
