"""manage.py find_unclean_text: list the texts that were stored before texts were cleaned."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize

from releases import publishing
from releases.models import Release, unclean_text

IN_DRAFTS = "in drafts: run this again with --fix-drafts to clean them."
IN_ADMIN = (
    "in releases past their draft, and in topics: open each in the admin, edit the text named and "
    "save it; a public one asks for a note."
)
ON_RECORD = "in versions, audit lines and proposals: these stay as they were written."
REMEDIES = (IN_DRAFTS, IN_ADMIN, ON_RECORD)


class Command(BaseCommand):
    help = (
        "List stored texts with control or invisible characters, entities or tags, from before "
        "texts were cleaned: one a line, with whose it is. Drafts can be cleaned here; all else a "
        "person corrects in the admin. What is on record is never changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix-drafts", action="store_true", help="clean the drafts listed")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, and clean drafts where asked to."""
        counts, drafts = Counter[str](), dict[int, Release]()
        for found in unclean_text.find():
            self.stdout.write(str(found))
            counts[_remedy(found)] += 1
            if found.release and found.is_of_draft:
                drafts[found.release.pk] = found.release
        self._sum_up(counts)
        if options["fix_drafts"]:
            self._clean(list(drafts.values()))

    def _sum_up(self, counts: Counter[str]) -> None:
        """How many there are, and what is to be done about them."""
        count = counts.total()
        self.stdout.write(f"{count:,} text{pluralize(count)} found." if count else "All is clean.")
        for remedy in REMEDIES:
            if counts[remedy]:
                self.stdout.write(f"{counts[remedy]:8,} {remedy}")

    def _clean(self, drafts: list[Release]) -> None:
        cleaned = 0
        for draft in drafts:
            try:
                publishing.clean_draft(draft, origin="find_unclean_text")
                cleaned += 1
            except publishing.ActionRefusedError as refusal:  # approved or deleted meanwhile
                self.stderr.write(f"Draft {draft.pk}: {refusal}")
        self.stdout.write(f"{cleaned} draft{pluralize(cleaned)} cleaned.")


def _remedy(found: unclean_text.UncleanText) -> str:
    if found.is_on_record:
        return ON_RECORD
    return IN_DRAFTS if found.is_of_draft else IN_ADMIN
