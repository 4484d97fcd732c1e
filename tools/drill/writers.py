"""Processes that write until they are killed, and confirm each write that returned."""

from __future__ import annotations

import datetime
import json
import logging
import multiprocessing
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from django import db
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from haystack.exceptions import SearchBackendError

from releases import archive, publishing
from releases.importing import formats
from releases.importing.loader import Loader
from releases.models import Release, Version
from releases.search import outbox, worker
from releases.search.engine import public_ids

ROWS = 250  # releases per import: more than fit into one transaction
NAME = "drill writer"  # application_name of the database connection
HOUR = datetime.timedelta(hours=1)


class Confirmed(NamedTuple):
    """Version returned by an action or an import, or the folder of an export."""

    release: int = 0
    number: int = 0
    sha256: str = ""
    export: str = ""


Confirm = Callable[[Confirmed], object]


class Writing:
    """Writer in a separate process."""

    def __init__(self, write: Callable[[Confirm], None]) -> None:
        db.connections.close_all()  # a child cannot use its parent's connections
        fork = multiprocessing.get_context("fork")
        self.confirmations, sending = fork.Pipe(duplex=False)
        self.process = fork.Process(target=_write_forever, args=(write, sending.send), daemon=True)
        self.process.start()
        sending.close()

    def killed(self) -> list[Confirmed]:
        """Kill the process with SIGKILL; return what it had confirmed by then."""
        self.process.kill()
        self.process.join()
        confirmed = []
        with suppress(EOFError, OSError):  # the last message may be truncated
            while True:
                confirmed.append(self.confirmations.recv())
        self.confirmations.close()
        return confirmed


@contextmanager
def at_work(write: Callable[[Confirm], None], confirmed: list[Confirmed]) -> Iterator[None]:
    """Run the writer within the block, then kill it and append its writes to `confirmed`."""
    writing = Writing(write)
    try:
        yield
    finally:
        confirmed += writing.killed()


def wait_for_the_database() -> None:
    """Wait for the last statement of a killed writer to end."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [NAME])
            if cursor.fetchone() == (0,):
                return


def _write_forever(write: Callable[[Confirm], None], confirm: Confirm) -> None:
    """Write repeatedly, retrying after errors that the fault causes."""
    random.seed(secrets.randbits(64))
    logging.disable()  # errors are expected during a fault
    while True:
        with suppress(db.Error, OSError, SearchBackendError):
            with connection.cursor() as cursor:
                cursor.execute("SET application_name = %s", [NAME])
            write(confirm)
            continue
        connection.close()


def importing(confirm: Confirm) -> None:
    """Import a file of releases, and index them."""
    path = Path(settings.VAR_DIR) / "rows.jsonl"
    path.write_text("\n".join(_row() for _ in range(ROWS)), encoding="utf-8")
    for outcome in Loader(approve=True).load(formats.read_files([path])):
        assert outcome.release is not None
        _confirm_latest(outcome.release, confirm)
    worker.process_all()


def publishing_actions(confirm: Confirm) -> None:
    """Approve, correct, withdraw, reinstate and remove a release; schedule another."""
    secret = publishing.approve(_draft("Under embargo"), timezone.now() + HOUR)
    _confirm_latest(secret, confirm)
    release = publishing.approve(_draft("Notice"), timezone.now())
    _confirm_latest(release, confirm)
    with transaction.atomic():
        release.body += " It has two doors."
        release.save()
        publishing.record_change(release, Version.Kind.CORRECTION, "The doors were missing.")
    _confirm_latest(release, confirm)
    for verb in random.choice(ENDS):
        verb(release, "It named the wrong county.")
        _confirm_latest(release, confirm)


ENDS: tuple[tuple[Callable[..., Any], ...], ...] = (
    (),
    (publishing.withdraw,),
    (publishing.withdraw, publishing.reinstate),
    (publishing.remove,),
    (publishing.block, publishing.reinstate, publishing.withdraw),
)


def reindexing(confirm: Confirm) -> None:
    """Reindex many releases."""
    outbox.enqueue(random.sample(sorted(public_ids()), k=60))
    worker.process_all()


def rebuilding(confirm: Confirm) -> None:
    """Rebuild the index."""
    worker.rebuild()


def exporting(confirm: Confirm) -> None:
    """Export the whole archive."""
    folder = exports() / secrets.token_hex(4)
    archive.export(folder)
    confirm(Confirmed(export=str(folder)))


def exports() -> Path:
    """Return the folder of the exports."""
    folder = Path(settings.VAR_DIR) / "exports"
    folder.mkdir(exist_ok=True)
    return folder


WRITERS = (importing, publishing_actions, reindexing, rebuilding, exporting)


def _row() -> str:
    key = secrets.token_hex(8)
    day = datetime.date(2004, 1, 1) + datetime.timedelta(days=random.randrange(7000))
    fields = {"title": f"Drill {key}", "date": str(day), "body": f"The county drilled {key}."}
    return json.dumps({"id": key, **fields})


def _draft(title: str) -> Release:
    return Release.objects.create(
        title=f"{title} {secrets.token_hex(4)}",
        body="The county opened a drill office.",
        date=timezone.localdate(),
    )


def _confirm_latest(release: Release, confirm: Confirm) -> None:
    version = release.versions.last()
    assert version is not None
    confirm(Confirmed(release.pk, version.number, version.sha256))
