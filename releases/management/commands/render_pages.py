"""manage.py render_pages: render the pages of all public releases ahead of their readers."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from pressroom.infra import office, static_files
from releases.models import Release

BATCH = 500  # releases read at once
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
        application = WSGIHandler()
        # All at once: a request may close the connection that they are read from.
        statuses = Counter(_status(application, origin, path) for path in list(_paths()))
        self.stdout.write(f"{statuses.pop(OK, 0):,} pages are rendered.")
        for status in GONE_MEANWHILE:
            statuses.pop(status, None)
        if statuses:
            found = ", ".join(f"{count:,} answered {status}" for status, count in statuses.items())
            raise CommandError(f"The other pages: {found}. Is {origin} how readers request them?")


def _paths() -> Iterator[str]:
    listed = Release.objects.published().only("number", "slug", "status").newest_first()
    for release in listed.iterator(BATCH):
        for language, _ in office.current().languages:
            with override(language):
                yield release.get_absolute_url()


def _status(application: WSGIHandler, origin: str, path: str) -> int:
    """Request the path from this process; return the status of the response."""
    scheme, host = urlsplit(origin)[:2]
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": host, "wsgi.url_scheme": scheme}
    setup_testing_defaults(environ)
    response = application(environ, lambda status, headers, error=None, /: len)
    response.close()
    return response.status_code
