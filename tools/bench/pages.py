"""Every public kind of page under CONDITIONS, compared with a minimal Django view on the same
server just before: two workers, 16 connections of clients that take gzip.

Requests from this machine are not throttled.
"""

from __future__ import annotations

import io
import os
import shutil
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from releases.search.similarity import update_due
from tools.bench import corpus, site, staff
from tools.bench.addresses import public_pages
from tools.bench.tables import Table
from tools.bench.wrk import Figures, Load, free_port, run_wrk, serving, worker_memory
from tools.drill.writers import at_work

SIZE = 2_000
ROUNDS = 3
SECONDS = 1  # per run
SERVE = ("manage.py", "serve", "--workers", "2", "--port")
HELLO = ("-m", "tools.bench.hello")
NOT_MODIFIED = "release, 304"
# In turn: each request is for another page than the last. Warm: the site has answered it before.
FIRST, AGAIN, WARM = "in turn, first", "again", "in turn, warm"
WRITES, PUBLICATIONS, RESTARTED = "under writes", "under publications", "in turn, restarted"
CONDITIONS = (FIRST, WARM, AGAIN, WRITES, PUBLICATIONS, RESTARTED)
# Each share's bar: of hello, or of the share under another condition.
BARS = (
    *(("release", FIRST, "hello", 0.06), ("search", FIRST, "hello", 0.012)),
    *(("release", WARM, "hello", 0.5), ("release", AGAIN, "hello", 0.5)),
    (NOT_MODIFIED, AGAIN, "hello", 0.8),
    *((name, WRITES, AGAIN, 0.8) for name in ("release", "list", "search")),
    *((name, PUBLICATIONS, AGAIN, 0.3) for name in ("release", "list", "search")),
)
MEMORY_BAR = 110  # MB

Measure = Callable[[str, Load], Figures]


def run(size: int = SIZE) -> Iterator[Table]:
    """Yield shares, bars and memory; nothing if wrk is not installed."""
    if not shutil.which("wrk"):
        print("wrk is not installed (apt-get install wrk): pages are not measured.", flush=True)
        return
    count = len(site.fill(corpus.rows(size)))
    site.index_all()
    while update_due():
        pass
    os.environ |= {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "MALLOC_ARENA_MAX": "2"}
    with serving(*HELLO, log=_folder() / "hello.log") as (hello, _):
        bench = _Bench(hello, public_pages())
        memory = bench.run()
    columns = ("page", "again/s", *CONDITIONS)
    title = f"Requests a second ÷ hello's, {count:,} releases; {bench.errors} errors"
    yield Table(title, columns, list(bench.rows()))
    yield Table("Bars", ("page", "condition", "÷", "measured", "bar"), list(bench.bars()))
    rows = [(number, *found, MEMORY_BAR) for number, found in enumerate(memory, 1)]
    yield Table("Memory after it, MB", ("worker", "resident", "proportional", "bar"), rows)


def _folder() -> Path:
    return Path(settings.VAR_DIR)


class _Bench:
    """Shares of hello's rate by condition and page, and how many requests failed."""

    def __init__(self, hello: str, pages: Mapping[str, list[str]]) -> None:
        self.hello, self.pages = hello, pages
        self.port = free_port()  # the same after the restart: the address is part of the pages
        self.shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.rates: dict[str, float] = {}
        self.errors = 0

    def run(self) -> list[tuple[float, float]]:
        """Measure under all conditions; return the memory of each worker before the restart."""
        every = {name: Load(addresses) for name, addresses in self.pages.items()}
        firsts = {name: Load(addresses[:1]) for name, addresses in self.pages.items()}
        with self._served() as (ours, server):
            # As after an import. No process has any of them in its cache.
            call_command("render_pages", origin=ours, stdout=io.StringIO())
            self._measure(FIRST, ours, every, _once, rounds=1)
            self._measure(WARM, ours, every, _again)
            unchanged = {NOT_MODIFIED: _with_etag(ours, firsts["release"])}
            self._measure(AGAIN, ours, firsts | unchanged, _again)
            with at_work(staff.write_unseen, []):
                self._measure(WRITES, ours, firsts, _again)
            memory = worker_memory(server)
        with self._served() as (ours, _):
            self._measure(RESTARTED, ours, every, _once, rounds=1)
            with at_work(staff.publish, []):
                self._measure(PUBLICATIONS, ours, firsts, _again)
        return memory

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the shares of each page."""
        for name in (*self.pages, NOT_MODIFIED):
            shares = (self.shares[condition].get(name, "") for condition in CONDITIONS)
            yield (name, self.rates[name], *shares)

    def bars(self) -> Iterator[tuple[object, ...]]:
        """Yield what each bar is compared with."""
        for name, condition, other, bar in BARS:
            share = self.shares[condition][name]
            yield name, condition, other, share / self.shares[other].get(name, 1), bar

    def _served(self) -> AbstractContextManager[tuple[str, int]]:
        connection.close()
        return serving(*SERVE, log=_folder() / "serve.log", port=self.port)

    def _measure(
        self, condition: str, ours: str, loads: dict[str, Load], rate: Measure, rounds: int = ROUNDS
    ) -> None:
        for name, load in loads.items():
            pairs = [(_again(self.hello, Load(["/"])), rate(ours, load)) for _ in range(rounds)]
            self.errors += sum(page.errors for _, page in pairs)
            self.shares[condition][name] = median(page.rate / bare.rate for bare, page in pairs)
            if condition == AGAIN:
                self.rates[name] = median(page.rate for _, page in pairs)


def _again(address: str, load: Load) -> Figures:
    return run_wrk(address, load, SECONDS, _folder())


def _once(address: str, load: Load) -> Figures:
    return run_wrk(address, load, None, _folder())


def _with_etag(address: str, load: Load) -> Load:
    """Return the requests of a client that has the page already."""
    request = urllib.request.Request(address + load.paths[0], headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as response:  # nosec B310
        return Load(load.paths, {"If-None-Match": response.headers["ETag"]})
