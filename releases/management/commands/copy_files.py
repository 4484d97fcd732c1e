"""manage.py copy_files: uploaded files from where they lay to where they are to lie."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage, default_storage, storages
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from pressroom.infra import storage
from releases.media import storage_migration
from releases.media.storage_migration import Outcome


class Command(BaseCommand):
    help = (
        "Copies uploaded files into the storage that is configured now, from a folder or a bucket "
        "that was before. Each is read back and compared. docs/storage.md tells how to move."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="a folder, or s3://… as MEDIA_STORAGE")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        """Raises CommandError, for an exit code of 1, where not all of them are there now."""
        counts: Counter[Outcome] = Counter()
        try:
            with tqdm(
                storage_migration.copy_files(_storage(source), default_storage), disable=None
            ) as outcomes:
                for name, outcome in outcomes:
                    counts[outcome] += 1
                    if outcome is Outcome.DIFFERENT:
                        self.stderr.write(f"{name} is another file there.")
        except OSError as error:
            raise CommandError(f"Broken off; begin again to go on. {error}") from error
        for outcome, count in counts.items():
            self.stdout.write(f"{count:>9,} {outcome.value}")
        if counts[Outcome.DIFFERENT]:
            raise CommandError("Some names have other content there: find out which is right.")
        self.stdout.write("All files are there, each with the content that it has here.")


def _storage(address: str) -> Storage:
    """Raises CommandError for what is no place of files."""
    if Path(address).is_dir():
        return FileSystemStorage(location=address)
    try:
        return storages.create_storage(storage.backend(address, "FROM"))
    except ImproperlyConfigured as error:
        raise CommandError(f"There is no folder {address}. {error}") from error
