"""manage.py find_unclean_text: list the texts that were stored before texts were cleaned."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize

from releases import publishing, unclean
from releases.models import Release


class Command(BaseCommand):
    help = (
        "List stored texts with control or invisible characters, entities or tags, from before "
        "texts were cleaned. Drafts can be cleaned here; all else a person corrects in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix-drafts", action="store_true", help="clean the drafts listed")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, and clean drafts where asked to."""
        count, drafts = 0, dict[int, Release]()
        for found in unclean.find():
            count += 1
            self.stdout.write(str(found))
            if found.release and found.is_of_draft:
                drafts[found.release.pk] = found.release
        self.stdout.write(f"{count} text{pluralize(count)} found." if count else "All is clean.")
        if options["fix_drafts"]:
            self._clean(list(drafts.values()))

    def _clean(self, drafts: list[Release]) -> None:
        cleaned = 0
        for draft in drafts:
            try:
                publishing.clean_draft(draft, origin="find_unclean_text")
                cleaned += 1
            except publishing.Refused as refusal:  # approved or deleted meanwhile
                self.stderr.write(f"Draft {draft.pk}: {refusal}")
        self.stdout.write(f"{cleaned} draft{pluralize(cleaned)} cleaned.")
