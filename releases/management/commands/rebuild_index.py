"""manage.py rebuild_index: Haystack's command, without clearing the index first."""

from typing import Any

from django.core.management import call_command
from haystack.management.commands import rebuild_index


class Command(rebuild_index.Command):
    help = (
        "Build a new search index and swap it in once it agrees with the database. Search keeps "
        "working meanwhile. Does not ask for confirmation."
    )

    def handle(self, **options: Any) -> None:
        """Run `update_index` without a time limit."""
        del options["interactive"]
        call_command("update_index", **options)
