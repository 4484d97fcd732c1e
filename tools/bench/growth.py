"""Processor time of uncached public pages in a small and in a large archive, the site's and the
database's. Slow: it imports both.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.test import Client

from releases.models import Release, Topic
from releases.web.response_cache.store import responses
from tools.bench import corpus, processor, site
from tools.bench.addresses import public_pages
from tools.bench.tables import Table, Times, timed

SIZES = (2_000, 100_000)
ROUNDS = 15
BAR = 1.5


def run(*sizes: int) -> Iterator[Table]:
    """Yield one table: medians at each size, and the ratio of the last to the first."""
    sizes = sizes or SIZES
    medians = []
    for size in sizes:
        site.fill(corpus.rows(size))
        site.index_all()
        site.analyze()
        medians.append({name: _median(address) for name, address in addresses().items()})
    columns = ("page", *(f"{size:,}" for size in sizes), "last ÷ first")
    rows = [
        (name, *(each[name] for each in medians), medians[-1][name] / medians[0][name])
        for name in medians[0]
    ]
    yield Table(f"Processor ms by number of releases, to be {BAR} × at most", columns, rows)


def addresses() -> dict[str, str]:
    """Return the address of a public page of each kind."""
    newest, topic = Release.objects.published().newest_first()[0], Topic.objects.order_by("pk")[0]
    firsts = {name: found[0] for name, found in public_pages().items()}
    return firsts | {
        "list of a language": "/releases/?language=en",
        "list of a year": f"/releases/?year={newest.release_at:%Y}",
        "year": f"/releases/{newest.release_at:%Y}/",
        "topics": "/topics/",
        "corrections": "/corrections/",
        "feed of a topic": f"/feeds/releases.atom?topic={topic.slug}",
    }


def _median(address: str) -> float:
    client = Client(SERVER_NAME="localhost")

    def ask() -> None:
        responses.clear()
        response = client.get(address)
        assert response.status_code == 200, address

    ask()
    return Times([timed(ask, processor.seconds) for _ in range(ROUNDS)]).median
