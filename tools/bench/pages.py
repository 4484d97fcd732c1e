"""Public pages compared with a minimal Django view on the same server: two workers, wrk with 16
connections, short alternating runs.

"in turn": each request is for a different page than the last, so the response cache helps less.
Requests from this machine are not throttled.
"""

from __future__ import annotations

import io
import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from releases.models import Release
from releases.search.similarity import update_due
from tools.bench import corpus, site
from tools.bench.tables import Table
from tools.bench.wrk import Figures, Load, run_wrk, serving, worker_memory

SIZE = 2_000
ROUNDS = 5
SECONDS = 2  # per run
PART = 500  # different pages requested in turn
SERVE = ("manage.py", "serve", "--workers", "2", "--port")
HELLO = ("-m", "tools.bench.hello")
COLUMNS = ("page", "requests/s", "hello", "page ÷ hello", "errors", "p50 ms", "p99 ms")


def run(size: int = SIZE) -> Iterator[Table]:
    """Yield rates, then memory; nothing if wrk is not installed."""
    if not shutil.which("wrk"):
        print("wrk is not installed (apt-get install wrk): pages are not measured.", flush=True)
        return
    count = len(site.fill(corpus.rows(size)))
    site.index_all()
    while update_due():
        pass
    folder = Path(settings.VAR_DIR)
    loads = _loads()
    connection.close()
    os.environ |= {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "MALLOC_ARENA_MAX": "2"}
    with (
        serving(*HELLO, log=folder / "hello.log") as (hello, _),
        serving(*SERVE, log=folder / "serve.log") as (ours, server),
    ):
        # As after an import. No process has any of them in its cache.
        call_command("render_pages", origin=ours, stdout=io.StringIO())
        connection.close()
        loads["release, 304"] = Load(loads["release"].paths, _condition(ours, loads["release"]))
        rows = [_measured(name, load, ours, hello, folder) for name, load in loads.items()]
        yield Table(f"Pages of {count:,} releases, two workers, wrk × 16", COLUMNS, rows)
        memory = worker_memory(server)
    yield Table("Memory after it, MB resident", ("worker", "MB"), list(enumerate(memory, 1)))


def _loads() -> dict[str, Load]:
    listed = Release.objects.published().newest_first()
    releases = [release.get_absolute_url() for release in listed[:PART]]
    words = site.frequent_words()
    return {
        "home": Load(["/"]),
        "list": Load(["/releases/"]),
        "list, page 50": Load(["/releases/?page=50"]),
        "release": Load(releases[:1]),
        "releases in turn": Load(releases),
        "search": Load([f"/search/?q={words[0]}"]),
        "searches in turn": Load([f"/search/?q={word}" for word in words[:PART]]),
        "feed": Load(["/feeds/releases.atom"]),
        "API list": Load(["/api/v1/releases/"]),
    }


def _condition(address: str, load: Load) -> dict[str, str]:
    """Return the request headers of a client that has the page already."""
    with urllib.request.urlopen(address + load.paths[0]) as response:
        return {"If-None-Match": response.headers["ETag"]}


def _measured(name: str, load: Load, ours: str, hello: str, folder: Path) -> tuple[object, ...]:
    run_wrk(ours, load, 1, folder)  # warms up both workers
    pairs = [
        (run_wrk(hello, Load(["/"]), SECONDS, folder), run_wrk(ours, load, SECONDS, folder))
        for _ in range(ROUNDS)
    ]
    pages = [page for _, page in pairs]
    return (
        name,
        _middle(pages, "rate"),
        _middle([bare for bare, _ in pairs], "rate"),
        median(page.rate / bare.rate for bare, page in pairs),
        sum(page.errors for page in pages),
        _middle(pages, "p50"),
        _middle(pages, "p99"),
    )


def _middle(figures: list[Figures], name: str) -> float:
    return median(getattr(each, name) for each in figures)
