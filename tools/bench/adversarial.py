"""Adversarial texts of 10 kB and 100 kB: parsed, imported, approved, corrected, and their pages
requested without caches. Times are CPU times."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from releases import publishing
from releases.content import markup
from releases.importing import formats
from releases.importing.loader import Loader
from releases.models import Release, Version
from releases.parsing.parser import parse
from releases.web.response_cache.store import responses
from tools.bench import site
from tools.bench.tables import Table, timed

SIZES = (10_000, 100_000)
MOST_RATIO = 15
MOST_MILLISECONDS = 1_000
KINDS = {
    "[": "[",
    "*": "*",
    "<": "<",
    "&": "&",
    "#": "#",
    "hyphens": "a-",
    "white space": " \t" * 15 + "\n",
    "paragraphs": "a few more words\n\n",
    "links cut short": "[a](",
    "emphasis": "*a _b ",
    "quotes": "> > > > a quote\n",
    "lists": "- items\n  - items\n    - items\n",
    "table rows": "| 11 | 2 |\n",
    "bidi": "\u202ea\u202c",
    "dates": "December 1, 2026 ",
    "phones": "(213) 555-0100 ",
}
HEADS = {"table rows": "| a | b |\n|---|---|\n"}
PAGES = {
    "release": "/releases/{0}/x/",
    "versions": "/releases/{0}/versions/",
    "version": "/releases/{0}/versions/1/",
    "comparison": "/releases/{0}/versions/1..2/",
    "quote": "/releases/{0}/p1/?v=1",
    "cite": "/releases/{0}/cite/",
    **{suffix: f"/releases/{{0}}.{suffix}" for suffix in ("txt", "md", "pdf", "json")},
    "API": "/api/v1/releases/{0}/",
}
LISTS = ("/", "/releases/", "/feeds/releases.atom", "/feeds/releases.rss", "/api/v1/releases/")
Timings = dict[str, float]


def run(*sizes: int) -> Iterator[Table]:
    """Yield the slowest step of each kind, then all steps above a limit, then list pages."""
    sizes = sizes or SIZES
    site.index_all()
    gc.collect()
    gc.freeze()  # like a production server
    taken = {kind: [_taken(kind, size) for size in sizes] for kind in KINDS}
    columns = ("kind", *(f"all {size:,}" for size in sizes), "÷", "slowest", "ms", "its ÷")
    yield Table("Adversarial texts, CPU ms", columns, [*map(_row, taken.items())])
    yield Table(
        f"Slower than {MOST_MILLISECONDS:,} ms, or more than {MOST_RATIO} × the smallest",
        ("kind", "step", *(f"{size:,}" for size in sizes), "÷"),
        [row for kind, runs in taken.items() for row in _beyond(kind, runs)],
    )
    rows = [(address, timed(_asking(address))) for address in LISTS]
    yield Table("Lists of these releases, CPU ms", ("page", "ms"), rows)


def text_of(kind: str, size: int) -> str:
    """Return a text of that kind with about `size` characters."""
    return HEADS.get(kind, "") + KINDS[kind] * (size // len(KINDS[kind])) + "z"


def _row(measured: tuple[str, list[Timings]]) -> tuple[object, ...]:
    kind, runs = measured
    sums = [sum(each[step] for step in runs[-1]) for each in runs]
    slowest = max(runs[-1], key=runs[-1].__getitem__)
    last = runs[-1][slowest]
    return (kind, *sums, sums[-1] / sums[0], slowest, last, last / runs[0][slowest])


def _beyond(kind: str, runs: list[Timings]) -> Iterator[tuple[object, ...]]:
    for step in runs[-1]:
        times = [each[step] for each in runs]
        if times[-1] > MOST_MILLISECONDS or times[-1] > MOST_RATIO * max(times[0], 1.0):
            yield (kind, step, *times, times[-1] / times[0])


def _taken(kind: str, size: int) -> Timings:
    """Return CPU milliseconds by name of the step or page."""
    text = text_of(kind, size)
    path = Path(settings.VAR_DIR) / "adversarial.jsonl"
    title = f"Kind {[*KINDS].index(kind)} of {size}"
    row = {"id": f"{kind} {size}", "title": title, "date": "2026-01-05", "body": text}
    path.write_text(json.dumps(row), encoding="utf-8")
    taken = {"read": timed(partial(parse, text)), "import": timed(partial(_import, path))}
    release = Release.objects.filter(source_key__endswith=f"{kind} {size}").last()
    if release is None:
        return taken  # rejected as too long
    taken["checklist"] = timed(partial(publishing.checklist_items, release))
    taken["approve"] = timed(partial(publishing.approve, release, timezone.now()))
    release.refresh_from_db()
    taken["correct"] = timed(partial(_correct, release, text))
    addresses = {name: address.format(release.number) for name, address in PAGES.items()}
    addresses["search"] = f"/search/?q={'+'.join([KINDS[kind].strip() or 'a'] * 20)}"
    return taken | {name: timed(_asking(address)) for name, address in addresses.items()}


def _import(path: Path) -> None:
    list(Loader().load(formats.read_files([path])))


@transaction.atomic
def _correct(release: Release, text: str) -> None:
    middle = len(text) // 2
    release.body = f"{text[:middle]} new {text[middle:]}"
    release.save()
    publishing.record_change(release, Version.Kind.UPDATE, "More of it.")


def _asking(address: str) -> Callable[[], None]:
    client = Client(SERVER_NAME="localhost")

    def ask() -> None:
        response = client.get(address, follow=True)
        assert response.status_code < 500, address
        assert b"".join(response), address

    responses.clear()
    for cached in (markup.read, markup.first_paragraphs, markup.to_plain):
        cached.cache_clear()
    return ask
