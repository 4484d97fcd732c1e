"""manage.py export_archive: everything out, into a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from releases import archive


class Command(BaseCommand):
    help = (
        "Writes the whole archive to a new folder: rows as JSON Lines, stored files, checksums. "
        "The site may go on meanwhile. docs/backup.md tells what is in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Raises CommandError, for an exit code of 1, where none was written, or where what was
        written is not as it should be."""
        try:
            with tqdm(unit=" rows", disable=None) as progress:
                exported = archive.export(folder, lambda _, count: progress.update(count))
        except (archive.UnusableArchiveError, OSError) as error:
            raise CommandError(f"Nothing was exported. {error}") from error
        for name, count in exported.counts.items():
            self.stdout.write(f"{count:>9,} {name.replace('_', ' ')}")
        if exported.problems:
            found = "\n".join(exported.problems)
            raise CommandError(f"{folder} is whole, but holds what was damaged before:\n{found}")
        self.stdout.write(f"The archive is in {folder}.")
