"""manage.py export_archive: export the whole archive to a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from releases import archive


class Command(BaseCommand):
    help = (
        "Write the whole archive to a new folder: rows as JSON Lines, stored files, checksums. "
        "The site can keep running. docs/backup.md describes the contents."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="folder to create")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Raises CommandError (exit code 1) if nothing was written, or damaged data was found."""
        try:
            with tqdm(unit=" rows", disable=None) as progress:
                exported = archive.export(folder, lambda _, count: progress.update(count))
        except (archive.UnusableArchiveError, OSError) as error:
            raise CommandError(f"Nothing was exported. {error}") from error
        for name, count in exported.counts.items():
            self.stdout.write(f"{count:>9,} {name.replace('_', ' ')}")
        if exported.problems:
            found = "\n".join(exported.problems)
            raise CommandError(f"{folder} is complete, but some data was damaged before:\n{found}")
        self.stdout.write(f"The archive is in {folder}.")
