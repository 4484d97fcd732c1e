"""What is killed: processes that write without end, and confirm what has returned to its caller."""

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

ROWS = 250  # releases of an import: more than one transaction stores
NAME = "drill writer"  # of its connection to the database
HOUR = datetime.timedelta(hours=1)


class Confirmed(NamedTuple):
    """A version that a verb or an import has returned; or an export."""

    release: int = 0
    number: int = 0
    sha256: str = ""
    export: str = ""


Confirm = Callable[[Confirmed], object]


class Writing:
    """A writer at work in a process of its own."""

    def __init__(self, write: Callable[[Confirm], None]) -> None:
        db.connections.close_all()  # a process can not use its parent's
        fork = multiprocessing.get_context("fork")
        self.confirmations, sending = fork.Pipe(duplex=False)
        self.process = fork.Process(target=_forever, args=(write, sending.send), daemon=True)
        self.process.start()
        sending.close()

    def killed(self) -> list[Confirmed]:
        """kill -9 it; what it had confirmed by then, when the database has let go of it too."""
        self.process.kill()
        self.process.join()
        confirmed = []
        with suppress(EOFError, OSError):  # the last may be cut off
            while True:
                confirmed.append(self.confirmations.recv())
        self.confirmations.close()
        return confirmed


@contextmanager
def at_work(write: Callable[[Confirm], None], confirmed: list[Confirmed]) -> Iterator[None]:
    """Within the block the writer writes; at its end it is killed, and has added to the list."""
    writing = Writing(write)
    try:
        yield
    finally:
        confirmed += writing.killed()


def wait_for_the_database() -> None:
    """A killed writer's last statement may still be under way: until it has ended."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [NAME])
            if cursor.fetchone() == (0,):
                return


def _forever(write: Callable[[Confirm], None], confirm: Confirm) -> None:
    """What fails for a fault's sake was not confirmed, and is begun anew."""
    random.seed(secrets.randbits(64))
    logging.disable()  # what a fault makes fail is expected
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


def publishing_verbs(confirm: Confirm) -> None:
    """A release's life: approved, corrected, withdrawn, reinstated, removed; one under embargo."""
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


def draining(confirm: Confirm) -> None:
    """Have many releases' entries made anew."""
    outbox.enqueue(random.sample(sorted(public_ids()), k=60))
    worker.process_all()


def rebuilding(confirm: Confirm) -> None:
    """Make a new index."""
    worker.rebuild()


def exporting(confirm: Confirm) -> None:
    """Everything out."""
    folder = exports() / secrets.token_hex(4)
    archive.export(folder)
    confirm(Confirmed(export=str(folder)))


def exports() -> Path:
    """Where they lie."""
    folder = Path(settings.VAR_DIR) / "exports"
    folder.mkdir(exist_ok=True)
    return folder


WRITERS = (importing, publishing_verbs, draining, rebuilding, exporting)


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
