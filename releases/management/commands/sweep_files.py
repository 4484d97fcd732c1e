"""manage.py sweep_files: list the files that nothing names, and delete them if asked to."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize
from django.utils import timezone

from releases.media import orphaned_files


class Command(BaseCommand):
    help = (
        "List stored files that no image, no attachment and no version names, and what killed "
        "uploads left among the temporary files; only what is older than a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="delete what is listed")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, and remove where asked to."""
        at, remove = timezone.now(), options["remove"]
        count = 0
        for orphan in orphaned_files.find_orphans(at):
            count += 1
            files = f"{len(orphan.files)} file{pluralize(len(orphan.files))}"
            self.stdout.write(f"{orphan.key}: {files}, {orphan.byte_size:,} bytes")
            if remove:
                orphan.remove()
        for folder in orphaned_files.find_leftover_folders(at):
            count += 1
            self.stdout.write(f"{folder}")
            if remove:
                orphaned_files.remove_leftover_folder(folder)
        self.stdout.write(_summary(count, remove))


def _summary(count: int, remove: bool) -> str:
    if not count:
        return "There is nothing to sweep."
    return f"{count} removed." if remove else f"{count} found; nothing was removed (--remove does)."
