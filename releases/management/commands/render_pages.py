"""manage.py render_pages: render the pages of all public releases ahead of their readers."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from pressroom.infra import office, static_files
from releases.web.rendering_ahead import Renderer, newest_first, release_paths

OK = 200
GONE_MEANWHILE = (404, 410)  # withdrawn since the list was read


class Command(BaseCommand):
    help = (
        "Render and store the page of each public release in each language, so that its first "
        "reader does not wait for it. Pages that are stored already are left as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--origin",
            metavar="URL",
            help="scheme and host of the site, by default the canonical address of the office",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Request every page. Raises CommandError if the origin is unknown or a page fails."""
        origin = options["origin"] or office.current().origin
        if not urlsplit(origin).netloc:
            raise CommandError("Set SITE_ORIGIN, or pass --origin https://press.example.gov.")
        static_files.collect_if_missing()
        render = Renderer(origin).render
        statuses = Counter(map(render, release_paths(newest_first())))
        self.stdout.write(f"{statuses.pop(OK, 0):,} pages are rendered.")
        for status in GONE_MEANWHILE:
            statuses.pop(status, None)
        if statuses:
            found = ", ".join(f"{count:,} answered {status}" for status, count in statuses.items())
            raise CommandError(f"The other pages: {found}. Is {origin} how readers request them?")
