"""manage.py run: set up and serve the whole site on one machine."""

from __future__ import annotations

import secrets
import socket
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)
from django.db import connections

from releases.alerts import worker as mail
from releases.importing import background
from releases.models import Release
from releases.search import worker
from releases.web import rendering_ahead

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIRST_RELEASE = "harris-morales-accord.txt"
STAFF_NAME = "staff"
MAX_CONCURRENT = 8  # requests, each with a database connection


class BoundedServer(ThreadedWSGIServer):
    """WSGI server with one thread per connection."""

    daemon_threads = True  # idle keep-alive connections must not delay a stop


class RequestHandler(WSGIRequestHandler):
    """Request handler whose headers and body leave at once."""

    # They are written apart. Otherwise the system holds the body back until the client confirms the
    # headers, which clients put off for 40 ms.
    disable_nagle_algorithm = True


class ConcurrencyLimiter:
    """WSGI middleware that processes at most MAX_CONCURRENT requests at a time."""

    # Every browser connection has a thread, but PostgreSQL accepts only 60 connections. So each
    # request closes its database connection at the end.

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.semaphore = threading.BoundedSemaphore(MAX_CONCURRENT)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.semaphore.acquire()
        try:
            answer = self.application(environ, start_response)
        except BaseException:
            self.end()
            raise
        return ClosingIterable(answer, self.end)

    def end(self) -> None:
        connections.close_all()
        self.semaphore.release()


class ClosingIterable:
    """Response body that calls `end` when it was sent or abandoned."""

    def __init__(self, parts: Iterable[bytes], end: Callable[[], None]) -> None:
        self.parts, self.end = parts, end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        """Close the body; WSGI servers call this exactly once (PEP 3333)."""
        try:
            if hasattr(self.parts, "close"):
                self.parts.close()
        finally:
            self.end()


class Command(BaseCommand):
    help = "Prepare the database, the search index and a staff account, and serve the site."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        self.refuse_taken_port(port)
        self.stdout.write("Bringing the database up to date …")
        call_command("migrate", verbosity=0)
        self.stdout.write("Collecting the static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.import_first_release()
        self.create_staff()
        self.serve(port)

    def refuse_taken_port(self, port: int) -> None:
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(
                    f"127.0.0.1:{port} is already in use. Stop that server, or use another port: "
                    "make run PORT=8001."
                )

    def import_first_release(self) -> None:
        """Import the sample release into an empty archive."""
        if Release.objects.exists():
            return
        self.stdout.write("Importing the first release …")
        call_command(
            "import_releases",
            settings.BASE_DIR / "fixtures" / FIRST_RELEASE,
            approve=True,
            stdout=self.stdout,
        )

    def create_staff(self) -> None:
        """Create the first admin account and print its password, which is stored only hashed."""
        if User.objects.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        User.objects.create_superuser(STAFF_NAME, password=password)
        self.stdout.write(f"Staff account: {STAFF_NAME}, password {password} (shown only once).")

    def serve(self, port: int) -> None:
        """Serve the site and process the outboxes until stopped."""
        stop = threading.Event()
        render = partial(rendering_ahead.run, origin=f"http://127.0.0.1:{port}")
        loops = [
            threading.Thread(target=run, args=(stop,), daemon=True)
            for run in (worker.run, mail.run, background.run, render)
        ]
        for loop in loops:
            loop.start()
        self.stdout.write(f"Pressroom is at http://127.0.0.1:{port}/ and its admin at /admin/.")
        self.stdout.write("Stop it with Ctrl-C.")
        try:
            site = BoundedServer(("127.0.0.1", port), RequestHandler)
            site.set_app(ConcurrencyLimiter(get_internal_wsgi_application()))
            site.serve_forever()
        finally:
            stop.set()
            for loop in loops:
                loop.join(timeout=10)
