"""manage.py send_mail: send the outbox of e-mail, once or in a loop."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from releases.mail import delivery, outgoing

NOT_CONFIGURED = "EMAIL_URL is not set: no e-mail is sent."


class Command(BaseCommand):
    help = "Send queued e-mail. With --loop, keep sending until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep running until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send what is due. Raises CommandError if anything failed."""
        if not outgoing.is_configured():
            self.stdout.write(NOT_CONFIGURED)
        if options["loop"]:
            return self._loop()
        result = delivery.send_due()
        self.stdout.write(f"{result}.")
        if result.failed:
            raise CommandError(
                "See Outgoing e-mails in the admin. What may still succeed is tried again."
            )

    def _loop(self) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("Sending e-mail. Stop with Ctrl-C.")
        delivery.run(stop, self.stdout.write)
        self.stdout.write("Stopped.")
