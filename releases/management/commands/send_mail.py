"""manage.py send_mail: send the outbox of e-mail, once or in a loop."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from releases.alerts import worker
from releases.mail import outgoing
from releases.management.loops import run_until_stopped

NOT_CONFIGURED = "EMAIL_URL is not set: no e-mail is sent."


class Command(BaseCommand):
    help = "Queue alerts and send e-mail. With --loop, keep sending until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep running until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send what is due. Raises CommandError if anything failed."""
        if not outgoing.is_configured():
            self.stdout.write(NOT_CONFIGURED)
        if options["loop"]:
            return run_until_stopped(self.stdout, "Sending e-mail.", worker.run)
        result = worker.process()
        self.stdout.write(f"{result}.")
        if result.failed:
            raise CommandError(
                "See Outgoing e-mails in the admin. What may still succeed is tried again."
            )
