"""manage.py copy_files: copy uploads from an earlier storage into the current one."""

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
        "Copy uploaded files from an earlier folder or bucket into the configured storage. Each "
        "copy is read back and compared. docs/storage.md has the steps of a move."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="a folder, or s3://… (MEDIA_STORAGE)")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        """Raises CommandError (exit code 1) unless all files were copied."""
        counts: Counter[Outcome] = Counter()
        try:
            # disable=None: no progress bar unless on a terminal.
            with tqdm(
                storage_migration.copy_files(_storage(source), default_storage), disable=None
            ) as outcomes:
                for name, outcome in outcomes:
                    counts[outcome] += 1
                    if outcome is Outcome.DIFFERENT:
                        self.stderr.write(f"{name} exists in the target with different content.")
        except OSError as error:
            raise CommandError(
                f"Interrupted. Run the command again to continue. {error}"
            ) from error
        for outcome, count in counts.items():
            self.stdout.write(f"{count:>9,} {outcome.value}")
        if counts[Outcome.DIFFERENT]:
            raise CommandError("Some files have other content there. Find out which is right.")
        self.stdout.write("All files were copied and verified.")


def _storage(address: str) -> Storage:
    """Return the folder or bucket as a storage. Raises CommandError."""
    if Path(address).is_dir():
        return FileSystemStorage(location=address)
    try:
        return storages.create_storage(storage.backend(address, "FROM"))
    except ImproperlyConfigured as error:
        raise CommandError(f"There is no folder {address}. {error}") from error
