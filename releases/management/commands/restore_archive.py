"""manage.py restore_archive: restore an export into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from tqdm import tqdm

from releases import archive


class Command(BaseCommand):
    help = (
        "Restore an export into a freshly migrated database, in one transaction, after verifying "
        "all checksums."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of an export")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Raises CommandError (exit code 1) if nothing was restored."""
        try:
            with tqdm(unit=" rows", disable=None) as progress:
                restored = archive.restore(folder, lambda _, count: progress.update(count))
        except ProgrammingError as error:
            raise CommandError("There are no tables yet: run manage.py migrate first.") from error
        except (archive.UnusableArchiveError, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        for name, count in restored.counts.items():
            self.stdout.write(f"{count:>9,} {name.replace('_', ' ')}")
        for number in restored.cleaned:
            self.stdout.write(
                f"Release {number}: control characters or markup were removed from its text, and "
                "a new version records the change."
            )
        self.stdout.write(
            "Next: `manage.py rebuild_index`, and `manage.py changepassword NAME` for each "
            "account: exports contain no passwords or second factors."
        )
