"""Index build compared with bare Whoosh on the same words and with Haystack's Whoosh backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from haystack import connections
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import FileStorage

from releases.search.embedded.fields import WordAnalyzer
from tools.bench import corpus, site
from tools.bench.tables import Table, timed

COUNT = 2_000

Build = Callable[[list[int]], None]


def run(count: int = COUNT) -> Iterator[Table]:
    """Yield releases per CPU second, and the peak memory of each process."""
    ids = site.fill(corpus.rows(count))
    engines: dict[str, Build] = {
        "ours": _ours,
        "bare Whoosh": _bare,
        "stock Haystack": site.stock_index,
    }
    rows = []
    for name, build in engines.items():
        seconds, peak = site.apart(_seconds, build, ids)
        rows.append((name, len(ids) / seconds, peak))
    yield Table(
        f"Index build, {len(ids):,} releases",
        ("engine", "releases/s", "peak MB", "ours ÷ it"),
        [(*row, rows[0][1] / row[1]) for row in rows],
    )


def _seconds(build: Build, ids: list[int]) -> float:
    return timed(partial(build, ids)) / 1000


def _ours(ids: list[int]) -> None:
    connections["default"].get_backend().rebuild()


def _bare(ids: list[int]) -> None:
    """Index with Whoosh alone: one field with the whole text, analyzed into the same words."""
    folder = Path(settings.VAR_DIR) / "bare"
    folder.mkdir(exist_ok=True)
    schema = Schema(id=ID(stored=True), text=TEXT(analyzer=WordAnalyzer()))
    with FileStorage(str(folder)).create_index(schema).writer(limitmb=256) as writer:
        for batch in site.batches(ids):
            for release in batch:
                writer.add_document(id=str(release.pk), text=f"{release.title}\n{release.body}")
