"""Time from approval to being found by search, for many single saves in a large archive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from django.utils import timezone

from releases import publishing
from releases.models import Release
from releases.search import results
from releases.search.query.parser import parse
from tools.bench import corpus, site
from tools.bench.tables import Table, Times, timed

COUNT = 20_000
SAVES = 200


def run(count: int = COUNT) -> Iterator[Table]:
    """Yield wall-clock times, which staff wait for."""
    ids = site.fill(corpus.rows(count))
    site.index_all()
    runs = Times([timed(partial(_published, number), time.perf_counter) for number in range(SAVES)])
    longest = max(runs.runs)
    yield Table(
        f"One publish to findable over {len(ids):,} releases, ms",
        ("saves", "median", "p95", "longest", "which was save"),
        [(SAVES, runs.median, runs.p95, longest, runs.runs.index(longest) + 1)],
    )


def _published(number: int) -> None:
    # The action itself updates the index after its commit.
    release = Release.objects.create(
        title=f"Notice of measure{number}",
        body="A measurement was published today.",
        date=timezone.localdate(),
    )
    publishing.approve(release, timezone.now())
    assert results.search(parse(f"measure{number}")).total == 1
