"""Queries of each public page in a large archive, with their plans, written to var/queries.md.

python -m tools.bench queries --count 100000
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from releases.web.response_cache.store import responses
from tools.bench import corpus, growth, site
from tools.bench.tables import Table, machine

SIZE = 100_000
DOCUMENT = Path("var/queries.md")
HEAD = """# The queries of the public pages

The queries of each page with their plans: `EXPLAIN (ANALYZE, BUFFERS)` in an archive of {count:,}
releases. Counts next to lists are queried once per state of the archive (docs/response-cache.md),
so only the first page with them lists them; search also reads the index.
Made by `make bench ARGS=queries` on {machine}; another run has other times.
"""


def run(size: int = SIZE) -> Iterator[Table]:
    """Write the document, and yield the times of each page's queries."""
    count = len(site.fill(corpus.rows(size)))
    site.analyze()
    pages = {name: a for name, a in growth.addresses().items() if name != "search"}
    plans = {name: [*_plans(address)] for name, address in pages.items()}
    parts = [HEAD.format(count=count, machine=machine())]
    for name, found in plans.items():
        parts += [f"\n## {name.capitalize()}: `{pages[name]}`\n", *map(_block, found)]
    DOCUMENT.write_text("".join(parts), encoding="utf-8")
    rows = [(name, len(found), sum(map(_time, found))) for name, found in plans.items()]
    yield Table(f"Queries of pages of {count:,} releases", ("page", "queries", "ms"), rows)


def _plans(address: str) -> Iterator[tuple[str, str]]:
    """Yield each query of the page with its plan."""
    responses.clear()
    with CaptureQueriesContext(connection) as asked:
        Client(SERVER_NAME="localhost").get(address)
    for query in asked.captured_queries:
        if query["sql"].startswith("SELECT") and "pg_current_snapshot" not in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"].replace("%", "%%"), ())
                yield query["sql"], "\n".join(line for (line,) in cursor.fetchall())


def _block(plan: tuple[str, str]) -> str:
    sql, lines = plan
    return f"\n```sql\n{sql}\n```\n```\n{lines}\n```\n"


def _time(plan: tuple[str, str]) -> float:
    return float(plan[1].rpartition("Execution Time: ")[2].split()[0])
