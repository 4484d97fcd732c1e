"""Search engine in SEARCH_URL (default: Whoosh) over archives of growing size:

python -m tests.cluster --run .venv/bin/python -m tools.bench cluster
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from math import inf

from haystack import connections

from releases.search import worker
from releases.search.opensearch.backend import OpenSearchBackend
from tools.bench import corpus, searching, site
from tools.bench.tables import Table, Times, timed

SIZES = (2_000, 20_000, 100_000)
ROUNDS = 10
WARMING = 5  # rounds per measurement while the JVM is still compiling
SETTLED = 4  # measurements in a row without improvement
FASTER = 0.98  # ratio that counts as an improvement
WITHDRAWN = 200  # one in this many is withdrawn, to be excluded from results


def run(*sizes: int) -> Iterator[Table]:
    """Yield build rates, then times of each kind of query, in wall-clock time."""
    built, again, anew = [], [], []
    for size in sizes or SIZES:
        ids = site.fill(corpus.rows(size))
        site.withdraw(ids[::WITHDRAWN])
        site.analyze()
        built.append((f"{len(ids):,}", len(ids) * 1000 / timed(worker.rebuild, time.perf_counter)))
        yield Table("Index build", ("releases", "releases/s"), built[-1:])
        kinds = searching.ours(ids)
        _warm(list(chain.from_iterable(kinds.values())) * WARMING)
        again.append({name: _times(searches) for name, searches in kinds.items()})
        _forget()
        anew.append({name: _times(searches) for name, searches in kinds.items()})
    counts = [count for count, _ in built]
    yield _table("Search, ms", counts, again)
    yield _table("Search without cached counts, ms", counts, anew)


def _warm(searches: list[searching.Search]) -> None:
    """Search until it gets no faster, or the first archive would look slow."""
    best, in_vain = inf, 0
    while in_vain < SETTLED:
        took = timed(lambda: [search() for search in searches], time.perf_counter)
        in_vain = 0 if took < best * FASTER else in_vain + 1
        best = min(best, took)


def _times(searches: list[searching.Search]) -> Times:
    return Times([timed(search, time.perf_counter) for search in searches * ROUNDS])


def _forget() -> None:
    """Disable OpenSearch's request cache; Whoosh has none."""
    engine = connections["default"].get_backend()
    if isinstance(engine, OpenSearchBackend):
        settings = {"index.requests.cache.enable": False}
        engine.client.indices.put_settings(index=engine.generations.alias, body=settings)


def _table(title: str, counts: list[str], asked: list[dict[str, Times]]) -> Table:
    columns = [f"{what} {count}" for count in counts for what in ("median", "p95")]
    rows = [_row(name, [times[name] for times in asked]) for name in asked[0]]
    return Table(title, ("query", *columns, "largest ÷ smallest, by median", "by p95"), rows)


def _row(name: str, times: list[Times]) -> tuple[object, ...]:
    figures = [figure for by_size in times for figure in (by_size.median, by_size.p95)]
    small, large = times[0], times[-1]
    return (name, *figures, large.median / small.median, large.p95 / small.p95)
