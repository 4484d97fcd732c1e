"""manage.py sweep_files: list orphaned files, and delete them with --remove."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize
from django.utils import timezone

from releases.media import orphaned_files


class Command(BaseCommand):
    help = (
        "List stored files that no image, attachment or version refers to, and temporary folders "
        "of interrupted uploads, if older than a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="delete the listed files")

    def handle(self, *args: Any, **options: Any) -> None:
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
        return "There are no orphaned files."
    return f"{count} removed." if remove else f"{count} found. Use --remove to delete them."
