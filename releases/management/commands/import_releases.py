"""manage.py import_releases: files and folders into the archive."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from releases.importing import formats, report
from releases.importing.loader import Loader
from releases.importing.report import Outcome
from releases.search import changes


class Command(BaseCommand):
    help = (
        "Import plain-text releases. A file that is in the archive already changes nothing; one "
        "that can not be read is named and the rest goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument(
            "--approve",
            action="store_true",
            help="make complete releases public at once",
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = []
        records = formats.read_files(options["paths"])
        for outcome in Loader(approve=options["approve"]).load(records):
            self.tell(outcome)
            outcomes.append(outcome)
        changes.drain()
        if options["report"]:
            report.write_json(outcomes, options["report"])
        self.stdout.write(report.summarize(outcomes))
        if not outcomes or any(outcome.outcome == "rejected" for outcome in outcomes):
            raise CommandError("Not everything was imported: see the lines above.")

    def tell(self, outcome: Outcome) -> None:
        number = f" {outcome.number}" if outcome.number else ""
        self.stdout.write(f"{outcome.outcome}{number}: {outcome.source}")
        for warning in outcome.warnings:
            self.stdout.write(f"  {warning.field}: {warning.message}")
