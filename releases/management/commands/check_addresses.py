"""manage.py check_addresses: print what each address of a list answers."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pressroom.infra import static_files
from releases.content.legacy_keys import legacy_key
from releases.management.text_files import read_text
from releases.models import MissedAddress
from releases.models.redirects import MAX_MISSED
from releases.web import address_checks, missed_addresses


class Command(BaseCommand):
    help = (
        "Read addresses, one a line or in a sitemap.xml, and print what each answers: 200, 301 "
        "with its target, 404 or 410. Addresses that lead nowhere are listed in the admin, under "
        "Old addresses; --dry-run only prints."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="list nothing in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        addresses = address_checks.read_addresses(read_text(options["file"]))
        static_files.collect_if_missing()
        counts, missed = Counter[int](), []
        for checked in address_checks.check(addresses, timezone.now()):
            counts[checked.status] += 1
            arrow = f" → {checked.target}" if checked.target else ""
            self.stdout.write(f"{checked.status} {checked.address}{arrow}")
            missed += [checked.address] if checked.status == 404 else []
        listed = 0 if options["dry_run"] else self._list(missed)
        found = ", ".join(f"{count:,} answer {status}" for status, count in sorted(counts.items()))
        self.stdout.write(f"{len(addresses):,} addresses: {found or 'none'}.")
        if missed:
            where = f" {listed:,} are listed in the admin, under Old addresses." if listed else ""
            raise CommandError(f"{len(missed):,} lead nowhere.{where}")

    def _list(self, missed: list[str]) -> int:
        """List the addresses in the admin without a hit; return how many of them are there."""
        found = filter(None, map(missed_addresses.countable, missed))
        stored = {legacy_key(address): address for address in found}
        if len(stored) > MAX_MISSED:
            self.stderr.write(f"The admin lists at most {MAX_MISSED:,} old addresses.")
        return MissedAddress.objects.list_unasked(stored, timezone.localdate())
