"""Runs all faults and kills, and reports the outcome of each."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from django import db
from django.conf import settings
from django.db import connection
from haystack.exceptions import SearchBackendError

from releases.search import worker
from tools.bench.tables import Table
from tools.drill import checks, faults, writers
from tools.drill.faults import Fault
from tools.drill.site import Site, seconds_until, served
from tools.drill.writers import Confirm, Confirmed

COLUMNS = ("fault", "times", "recovered in s, median", "longest", "confirmed", "lost", "wrong")
UNREACHABLE = (faults.workers_killed,)  # no requests during these: no worker can answer
NAMED = os.environ.get("DRILL_FAULTS", "")  # substring of the faults to run
LATEST = 1.5  # seconds until a writer is killed, at most


@dataclass
class Outcome:
    """Results of all repeats of one fault."""

    name: str
    seconds: list[float] = field(default_factory=list)
    confirmed: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def row(self) -> tuple[object, ...]:
        """Return the values of COLUMNS."""
        times = self.seconds or [0.0]
        counts = (self.confirmed, len(self.lost), len(self.wrong))
        return (self.name, len(self.seconds), median(times), max(times), *counts)

    def judge(self, confirmed: list[Confirmed], seconds: float | None, site: Site) -> None:
        """Check everything after a recovery; `seconds` is None if there was none."""
        connection.close()
        writers.wait_for_the_database()
        self.seconds.append(seconds or 0.0)
        self.confirmed += len(confirmed)
        self.record(self.lost, checks.lost(confirmed))
        self.record(self.wrong, checks.wrong(site))
        if seconds is None:
            self.record(self.wrong, ["It did not recover."])

    def record(self, found: list[str], sentences: Iterable[str]) -> None:
        """Append the sentences to `found` and print them."""
        for sentence in sentences:
            found.append(sentence)
            print(f"{self.name}: {sentence}", file=sys.stderr, flush=True)


def run(times: int, kills: int) -> Iterator[Table]:
    """Yield a table for the faults and one for the kills."""
    writers.importing(lambda confirmed: None)
    worker.rebuild()
    try:
        with served(Path(settings.VAR_DIR).parent / "site.log") as site:
            chosen = [each for each in faults.FAULTS.items() if NAMED in each[0]]
            yield _table("Faults", (_inject(*each, site, times) for each in chosen))
            yield _table(f"{kills} writers killed", _kill_writers(site, kills))
    finally:
        faults.server().down(force=True)


def _table(title: str, outcomes: Iterable[Outcome]) -> Table:
    return Table(title, COLUMNS, [outcome.row() for outcome in outcomes])


def _inject(name: str, fault: Fault, site: Site, times: int) -> Outcome:
    """Inject the fault while a writer publishes before, during and after it."""
    outcome = Outcome(name)
    for _ in range(times):
        confirmed: list[Confirmed] = []
        with writers.at_work(writers.publishing_actions, confirmed):
            time.sleep(1)
            with fault(site):
                if fault not in UNREACHABLE:
                    outcome.record(outcome.wrong, site.hard_errors())
            seconds = seconds_until(site.is_well)
        settled = seconds_until(_is_settled)
        both = None if seconds is None or settled is None else seconds + settled
        outcome.judge(confirmed, both, site)
    return outcome


def _is_settled() -> bool:
    """Return whether the index is up to date; False while the database is unreachable."""
    try:
        return checks.index_agrees()
    except (db.Error, SearchBackendError):
        connection.close()
        return False


def _kill_writers(site: Site, kills: int) -> list[Outcome]:
    """Kill writers of each kind in turn, at random moments."""
    outcomes = {write: Outcome(f"killed: {write.__name__}") for write in writers.WRITERS}
    for turn in range(kills):
        write = writers.WRITERS[turn % len(writers.WRITERS)]
        outcomes[write].judge(*_kill_writer(write), site)
    return list(outcomes.values())


def _kill_writer(write: Callable[[Confirm], None]) -> tuple[list[Confirmed], float | None]:
    confirmed: list[Confirmed] = []
    with writers.at_work(write, confirmed):
        time.sleep(random.uniform(0, LATEST))
    return confirmed, seconds_until(_is_settled)
