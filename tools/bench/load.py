"""Mixed traffic of 64 connections at once on the site as it runs in production: first nothing else
goes on, then staff publish, the index is rebuilt and a backup is taken, again and again."""

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
RELEASES = 200  # whose pages are asked for
LISTS = ("/", "/releases/", "/releases/?page=2", "/about/", "/feeds/releases.atom")
QUERIES = ("county", "attorney general", '"state attorney"', "consumer OR court", "offi*", "zzz")


def run(count: int = COUNT) -> Iterator[Table]:
    """Errors are answers of 400 and above, broken connections, and waits of more than ten
    seconds."""
    if shutil.which("wrk") is None:
        sys.exit("The load is made by wrk: install it (apt-get install wrk).")
    ids = site.fill(corpus.rows(count))
    site.index_all()
    while similarity.update_due():
        pass
    folder = Path(settings.VAR_DIR)
    with served(folder / "said.txt") as running:
        requests = folder / "requests.txt"
        requests.write_text("".join(_requests(running)), encoding="utf-8")
        rows = [("readers alone", *_loaded(running, requests))]
        with ExitStack() as others:
            for write in (_publish, writers.rebuilding, _back_up):
                others.enter_context(writers.at_work(write, []))
            rows.append(("and publishing, rebuilding, backup", *_loaded(running, requests)))
    _tell_refusals(folder / "said.txt")
    columns = ("who", "requests", "a second", "median ms", "p99 ms", "refused", "broken")
    yield Table(f"{SECONDS} s of {CONNECTIONS} connections, {len(ids):,} releases", columns, rows)


def _tell_refusals(said: Path) -> None:
    """What the site says of each request that it refused, and of each error."""
    for line in said.read_text(encoding="utf-8").splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("status", 0) >= 400 or told.get("level") == "ERROR":
            print(line, file=sys.stderr)


def _publish(confirm: Confirm) -> None:
    """Four verbs or more each second."""
    writers.publishing_verbs(_unheard)
    time.sleep(1)


def _back_up(confirm: Confirm) -> None:
    writers.exporting(lambda done: shutil.rmtree(done.export))


def _unheard(confirmed: Confirmed) -> None:
    """Nobody asks for it here."""


def _requests(running: Site) -> Iterator[str]:
    """Lists as often as releases, searches and the API; half of the pages are asked for again by
    who has them."""
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
    """Requests, how many a second, their median and 99th percentile (ms), refused and broken."""
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
