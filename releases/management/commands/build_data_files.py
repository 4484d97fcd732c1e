"""manage.py build_data_files: write the files of /data/."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from pressroom.infra import office
from releases.output import data_build, data_files

NO_ORIGIN = (
    "Nothing was built: the files need the site’s address. Set SITE_ORIGIN, or the canonical "
    "address in the office’s settings."
)


class Command(BaseCommand):
    help = (
        "Write everything that is public to the files of /data/, and replace those of the last "
        "build. docs/operations.md has the timer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="only if there are no files of today, or a release was withdrawn since",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError if nothing was built."""
        at = timezone.now()
        if options["if_needed"] and data_files.are_of_day(at):
            self.stdout.write("The files are of today.")
            return
        if not (origin := office.current().origin):
            raise CommandError(NO_ORIGIN)
        try:
            with tqdm(unit=" releases", disable=None) as progress:
                built = data_build.build(origin, at, progress.update)
        except BlockingIOError as error:
            raise CommandError("Nothing was built: another build is under way.") from error
        except OSError as error:
            raise CommandError(f"Nothing was built. {error}") from error
        for file in built.files:
            self.stdout.write(f"{file.rows:>9,} rows, {file.byte_size:>13,} bytes  {file.name}")
