"""manage.py rebuild_index: Haystack's own, without its first step of removing all."""

from typing import Any

from django.core.management import call_command
from haystack.management.commands import rebuild_index


class Command(rebuild_index.Command):
    help = (
        "Makes the search index anew beside the one in use, and swaps it in when it agrees with "
        "the database. Searches are answered throughout; nothing is asked."
    )

    def handle(self, **options: Any) -> None:
        """What `update_index` does without a limit; nothing is cleared first."""
        del options["interactive"]
        call_command("update_index", **options)
