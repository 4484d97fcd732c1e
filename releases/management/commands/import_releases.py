"""manage.py import_releases: files and folders into the archive."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from releases.importing import formats, report
from releases.importing.loader import Loader
from releases.importing.report import Outcome
from releases.search import changes


class Command(BaseCommand):
    help = (
        "Import plain text, JSON Lines and CSV. What is in the archive already changes nothing; "
        "what can not be read is named and the rest goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument(
            "--approve",
            action="store_true",
            help="make complete releases public at once",
        )
        parser.add_argument(
            "--format", choices=formats.FORMATS, help="by default each file's name tells"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        records = formats.read_files(options["paths"], options["format"])
        with report.written_to(options["report"]) as written:
            for outcome in Loader(approve=options["approve"]).load(records):
                counts[outcome.outcome] += 1
                self.tell(outcome)
                if written:
                    written.add(outcome)
        changes.drain_all()
        self.stdout.write(report.summarize(counts))
        if not counts or counts["rejected"]:
            raise CommandError("Not everything was imported: see the lines above.")

    def tell(self, outcome: Outcome) -> None:
        number = f" {outcome.number}" if outcome.number else ""
        self.stdout.write(f"{outcome.outcome}{number}: {outcome.source}")
        for warning in outcome.warnings:
            self.stdout.write(f"  {warning.field}: {warning.message}")
