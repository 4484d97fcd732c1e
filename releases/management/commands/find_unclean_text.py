"""manage.py find_unclean_text: list texts stored before texts were cleaned on input."""

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
    "in approved or public releases, and in topics: open each in the admin, edit the text and save "
    "it; public releases require a note."
)
ON_RECORD = "in versions, audit entries and proposals: these are never changed."
REMEDIES = (IN_DRAFTS, IN_ADMIN, ON_RECORD)


class Command(BaseCommand):
    help = (
        "List texts with control or invisible characters, entities or tags that were stored before "
        "texts were cleaned on input, one per line. --fix-drafts cleans drafts; correct the others "
        "in the admin. Texts on record are never changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix-drafts", action="store_true", help="clean the drafts listed")

    def handle(self, *args: Any, **options: Any) -> None:
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
