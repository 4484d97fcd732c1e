"""Random steps of two writers, a reader and the clock: counts cached responses that a new one would
differ from. A writer's transaction stays open until a later step commits it or rolls it back.
"""

from __future__ import annotations

import datetime
import difflib
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from random import Random
from typing import Any
from wsgiref.util import setup_testing_defaults

import psycopg2
from django.conf import settings
from django.db import connection
from django.utils import timezone

from pressroom.wsgi import cached_application
from releases.models import Release, SimilarReleases
from releases.web.response_cache import state
from releases.web.response_cache.store import responses
from tools.bench import corpus, site
from tools.bench.tables import Table

STEPS = 100_000
MEANINGFUL = 1_000  # steps, of which some read from the cache
RELEASES = 12
HOURS = 4  # that the clock moves back and forth in; some embargoes lift meanwhile
RELEASE = "UPDATE releases_release SET"
WRITES = (
    f"{RELEASE} title = %(text)s WHERE id = %(one)s",
    f"{RELEASE} release_at = %(moment)s WHERE id = %(one)s",
    f"{RELEASE} status = 'withdrawn', successor_id = %(other)s WHERE id = %(one)s",
    f"{RELEASE} status = 'approved', successor_id = NULL WHERE id = %(one)s",
    f"{RELEASE} translation_of_id = %(other)s, language = 'es' WHERE id = %(one)s",
    f"{RELEASE} translation_of_id = NULL WHERE id = %(one)s",
    "UPDATE releases_topic SET name = %(text)s",
    "DELETE FROM releases_release_topics WHERE release_id = %(one)s",
    "UPDATE releases_likeness SET others = ARRAY[%(other)s] WHERE release_id = %(one)s",
    "INSERT INTO releases_searchchange (release_id, due_at, since) VALUES (%(one)s, now(), now())",
    "DELETE FROM releases_searchchange",
    "INSERT INTO django_session VALUES (%(text)s, '', now())",
)
KINDS = {"write": 30, "commit": 20, "roll back": 10, "read": 80, "clock": 3, "restart": 2}


def run(steps: int = STEPS) -> Iterator[Table]:
    """Yield the numbers of steps and of stale responses."""
    ids = _prepare()
    logging.disable(logging.WARNING)  # of releases that are withdrawn
    chance, counts = Random(23), Counter[str]()
    parameters = connection.get_connection_params()
    with (
        closing(psycopg2.connect(**parameters)) as one,
        closing(psycopg2.connect(**parameters)) as other,
    ):
        reader = _Reader(chance, counts)
        for kind in chance.choices(list(KINDS), list(KINDS.values()), k=steps):
            counts[kind] += 1
            if kind in ("write", "commit", "roll back"):
                _write(chance.choice((one, other)), kind, chance, ids)
            else:
                reader.step(kind)
    if steps >= MEANINGFUL and not counts["cached"]:
        raise RuntimeError("No page was read from the cache: nothing was compared.")
    names = (*KINDS, "cached", "stale")
    yield Table(f"{steps:,} random steps", names, [tuple(counts[name] for name in names)])


def _prepare() -> list[int]:
    """Fill the archive; return the ids of releases that writers may change in any way."""
    ids = site.fill(corpus.rows(RELEASES))
    site.index_all()
    SimilarReleases.objects.bulk_create(
        SimilarReleases(release_id=pk, others=ids[:2], made_at=timezone.now()) for pk in ids
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgname NOT LIKE 'public_%' AND tgname <> 'rendered_pages_are_forgotten'"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    state.SNAPSHOT_MAX_AGE = 0  # else a change may show a hundredth of a second late
    return ids


def _write(database: Any, kind: str, chance: Random, ids: list[int]) -> None:
    """Run a statement, or end the transaction; it also ends at a conflict with another."""
    if kind == "write":
        values = {
            "one": chance.choice(ids),
            "other": chance.choice(ids),
            "moment": timezone.now() + datetime.timedelta(hours=chance.randint(-HOURS, HOURS)),
            "text": str(chance.random()),
        }
        with database.cursor() as cursor, suppress(psycopg2.Error):
            cursor.execute("SET lock_timeout = '1ms'")
            cursor.execute(chance.choice(WRITES), values)
            return
    database.commit() if kind == "commit" else database.rollback()


class _Reader:
    """Reads pages through the response cache, with a clock of its own."""

    def __init__(self, chance: Random, counts: Counter[str]) -> None:
        self.chance, self.counts = chance, counts
        self.started = self.now = timezone.now()
        timezone.now = lambda: self.now
        releases = list(Release.objects.published())
        pages = [release.get_absolute_url() for release in releases]
        numbers = [f"/api/v1/releases/{release.number}/" for release in releases]
        self.addresses = ["/", "/releases/", "/feeds/releases.atom", *pages, *pages, *numbers]
        self.render, self.rendered = cached_application.application, 0
        cached_application.application = self._counted

    def step(self, kind: str) -> None:
        """Do what the step says, and compare what was read from the cache with a new response."""
        if kind == "clock":
            hours = self.chance.randint(0, HOURS)
            self.now = self.started + datetime.timedelta(hours=hours)
        elif kind == "restart":
            responses.clear()  # the file stays
        else:
            self._read(self.chance.choice(self.addresses))

    def _read(self, address: str) -> None:
        before = self.rendered
        found = _response(address)
        if self.rendered == before:
            self.counts["cached"] += 1
            # One with a session is neither served from the cache nor stored.
            new = _response(address, HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=x")
            if found != new:
                self.counts["stale"] += 1
                print(f"Stale: {address}\n{_difference(found, new)}", flush=True)

    def _counted(self, environ: Any, start_response: Any) -> Any:
        self.rendered += 1
        return self.render(environ, start_response)


def _difference(found: bytes, new: bytes) -> str:
    old, lines = found.decode().splitlines(), new.decode().splitlines()
    return "\n".join(difflib.unified_diff(old, lines, "cached", "new", lineterm="", n=0))


def _response(address: str, **headers: str) -> bytes:
    environ: dict[str, Any] = {"PATH_INFO": address, "HTTP_HOST": "localhost", **headers}
    setup_testing_defaults(environ)
    parts = cached_application(environ, lambda status, headers, error=None, /: len)
    body = b"".join(parts)
    if close := getattr(parts, "close", None):
        close()
    return body
