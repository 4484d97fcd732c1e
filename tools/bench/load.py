"""Mixed traffic over 64 connections to the production server, first with readers only, then while
staff publish, the index is rebuilt and backups are taken."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings

from releases.models import Release
from releases.search import similarity
from tools.bench import corpus, site
from tools.bench.tables import Table
from tools.drill import writers
from tools.drill.site import Site, served
from tools.drill.writers import Confirm, Confirmed

COUNT = 5_000
CONNECTIONS = 64
SECONDS = 60
RELEASES = 200  # whose pages are requested
LISTS = ("/", "/releases/", "/releases/?page=2", "/about/", "/feeds/releases.atom")
QUERIES = ("county", "attorney general", '"state attorney"', "consumer OR court", "offi*", "zzz")


def run(count: int = COUNT) -> Iterator[Table]:
    """Count responses of 400 and above, broken connections, and timeouts after ten seconds."""
    if shutil.which("wrk") is None:
        sys.exit("The load test needs wrk: apt-get install wrk")
    ids = site.fill(corpus.rows(count))
    site.index_all()
    while similarity.update_due():
        pass
    folder = Path(settings.VAR_DIR)
    with served(folder / "site.log") as running:
        requests = folder / "requests.txt"
        requests.write_text("".join(_requests(running)), encoding="utf-8")
        rows = [("readers alone", *_loaded(running, requests))]
        with ExitStack() as others:
            for write in (_publish, writers.rebuilding, _back_up):
                others.enter_context(writers.at_work(write, []))
            rows.append(("and publishing, rebuilding, backup", *_loaded(running, requests)))
    _print_errors(folder / "site.log")
    columns = ("who", "requests", "a second", "median ms", "p99 ms", "refused", "broken")
    yield Table(f"{SECONDS} s of {CONNECTIONS} connections, {len(ids):,} releases", columns, rows)


def _print_errors(log: Path) -> None:
    """Print the site's log lines about refused requests and errors."""
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("status", 0) >= 400 or entry.get("level") == "ERROR":
            print(line, file=sys.stderr)


def _publish(confirm: Confirm) -> None:
    """Run a few actions, then pause for a second."""
    writers.publishing_actions(_ignore)
    time.sleep(1)


def _back_up(confirm: Confirm) -> None:
    writers.exporting(lambda done: shutil.rmtree(done.export))


def _ignore(confirmed: Confirmed) -> None:
    """Discard the confirmation."""


def _requests(running: Site) -> Iterator[str]:
    """Yield `path<TAB>ETag` lines: pages with and without an ETag, searches, the API."""
    chance = random.Random(7)
    rows = list(Release.objects.published().order_by("?")[:RELEASES])
    pages = [release.get_absolute_url() for release in rows]
    lists = chance.choices(LISTS, k=RELEASES // 2)
    for path in pages + lists:
        yield f"{path}\t\n"
        if etag := running.etag(path):
            yield f"{path}\t{etag}\n"
    for query in chance.choices(QUERIES, k=RELEASES // 2):
        yield f"/search/?q={query.replace(' ', '+').replace(chr(34), '%22')}\t\n"
    for release in rows[: RELEASES // 4]:
        yield f"/api/v1/releases/{release.number}/\t\n/api/v1/releases/\t\n"


def _loaded(running: Site, requests: Path) -> tuple[float, ...]:
    """Return requests, requests/s, median and 99th percentile in ms, refused and broken."""
    script = Path(__file__).with_name("mixed.lua")
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS)]
    command += ["--duration", str(SECONDS), "--timeout", "10", "--latency", "--script", str(script)]
    address = f"http://127.0.0.1:{running.port}/"
    said = subprocess.run(
        [*command, address, "--", str(requests)], check=True, capture_output=True, text=True
    ).stdout
    result = next(line for line in said.splitlines() if line.startswith("RESULT"))
    asked, microseconds, median, p99, refused, broken = map(int, result.split()[1:])
    rate = asked / microseconds * 1e6
    return asked, rate, median / 1000, p99 / 1000, refused, broken
