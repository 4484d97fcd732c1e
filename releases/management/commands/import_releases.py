"""manage.py import_releases: import files and folders into the archive."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from releases.importing import formats, report, tables
from releases.importing.loader import Loader, dry_run, known_hashes
from releases.importing.prefetch import prefetch_records
from releases.importing.report import JSONReport, Outcome, Summary
from releases.importing.tables import ReadOptions
from releases.search import worker

ORIGIN = "manage.py import_releases, as the system"

AS_THE_SYSTEM = "Importing as the system: audit entries name no person."


class Command(BaseCommand):
    help = (
        "Import text, tables, documents, pages, mail, feeds, and archives of them. Releases that "
        "are already in the archive stay unchanged; unreadable ones are reported and skipped. "
        "Imports without warnings are only counted; --verbosity 2 lists them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument(
            "--approve",
            action="store_true",
            help="publish complete releases immediately",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="import, show the outcome of each file, and roll back",
        )
        parser.add_argument(
            "--format", choices=formats.FORMATS, help="default: by each file's first bytes and name"
        )
        parser.add_argument(
            "--selector",
            default="",
            help="element of a web page that has the text: article, #id or .class",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help="column or key of a table that has the field: title=Headline (repeatable)",
        )
        parser.add_argument(
            "--dates",
            choices=tables.DATE_ORDERS,
            default="",
            help="order of 03/04/2012 in tables: us has the month first, eu the day",
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) if anything was rejected."""
        started = time.monotonic()
        self.stdout.write(AS_THE_SYSTEM)
        with dry_run() if options["dry_run"] else nullcontext():
            summary = self._import(options)
        self.stdout.write(summary.text(time.monotonic() - started))
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was changed.")
        else:
            self.stdout.write(f"Search index: {worker.sync()}.")
        if not summary.outcomes or summary.outcomes["rejected"]:
            raise CommandError("Not everything was imported: see the lines above.")

    def _import(self, options: dict[str, Any]) -> Summary:
        summary = Summary()
        found = formats.read_files(options["paths"], options["format"], _read_options(options))
        loader = Loader(approve=options["approve"], origin=ORIGIN, is_rehearsal=options["dry_run"])
        outcomes = loader.load(prefetch_records(found, known_hashes))
        with self._open_report(options["report"]) as written:
            for outcome in self._with_progress(outcomes, options):
                summary.add(outcome)
                if written:
                    written.add(outcome)
                if options["verbosity"] > 1 or is_worth_printing(outcome):
                    self.print_outcome(outcome)
        return summary

    def _open_report(self, path: Path | None) -> AbstractContextManager[JSONReport | None]:
        """Raises CommandError if the file cannot be written."""
        try:
            if path:
                path.open("w").close()
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        return report.open_json_report(path)

    def _with_progress(
        self, outcomes: Iterable[Outcome], options: dict[str, Any]
    ) -> Iterator[Outcome]:
        """Show rate and time left on a terminal."""
        total = None
        if sys.stderr.isatty():  # counting reads tables once more, and converts nothing
            total = formats.count(options["paths"], options["format"])
        return iter(tqdm(outcomes, total=total, unit=" releases", disable=None))

    def print_outcome(self, outcome: Outcome) -> None:
        number = f" {outcome.number}" if outcome.number else ""
        with tqdm.external_write_mode():
            self.stdout.write(f"{outcome.outcome}{number}: {outcome.source}")
            for warning in outcome.warnings:
                self.stdout.write(f"  {warning.field}: {warning.message}")


def _read_options(options: dict[str, Any]) -> ReadOptions:
    """Raises CommandError for an unknown field."""
    try:
        columns = tables.parse_mapping(options["map"])
    except ValueError as error:
        raise CommandError(str(error)) from None
    return ReadOptions(options["selector"], options["dates"], columns)


def is_worth_printing(outcome: Outcome) -> bool:
    """Return whether the outcome is new and needs attention."""
    smooth = outcome.outcome == "created" and not outcome.warnings
    return not smooth and outcome.outcome != "unchanged"
