"""The engine that SEARCH_URL names, over a small, a large and a very large archive:

    python -m tests.cluster --run .venv/bin/python -m tests.bench cluster

Without SEARCH_URL it is Whoosh's turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain

from releases.search import changes
from tests.bench import corpus, searching, site
from tests.bench.tables import Table, Times, timed

SIZES = (2_000, 20_000, 100_000)
ROUNDS = 10
WARMING = 20  # rounds of everything that are not measured: a Java machine gets faster for long


def run(*sizes: int) -> Iterator[Table]:
    """How fast the index is made, then each kind of query, by the wall's clock."""
    built, asked = [], []
    for size in sizes or SIZES:
        ids = site.fill(corpus.rows(size))
        site.analyze()
        built.append((f"{len(ids):,}", len(ids) * 1000 / timed(changes.rebuild, time.perf_counter)))
        asked.append(_asked(searching.ours(ids)))
        yield Table("Index build", ("releases", "releases/s"), built[-1:])
    columns = [f"{what} {count}" for count, _ in built for what in ("median", "p95")]
    rows = [_row(name, [times[name] for times in asked]) for name in asked[0]]
    yield Table("Search, ms", ("query", *columns, "largest ÷ smallest, by median"), rows)


def _asked(kinds: dict[str, list[searching.Search]]) -> dict[str, Times]:
    for _ in range(WARMING):
        for search in chain.from_iterable(kinds.values()):
            search()
    return {name: _times(searches) for name, searches in kinds.items()}


def _times(searches: list[searching.Search]) -> Times:
    return Times([timed(s, time.perf_counter) for _ in range(ROUNDS) for s in searches])


def _row(name: str, times: list[Times]) -> tuple[object, ...]:
    figures = [figure for by_size in times for figure in (by_size.median, by_size.p95)]
    return (name, *figures, times[-1].median / times[0].median)
