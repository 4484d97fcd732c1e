"""manage.py read_bounces: record the e-mail that came back."""

from __future__ import annotations

import imaplib
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pressroom.infra.db.clock import database_now
from releases.mail import bounces

NOT_CONFIGURED = "BOUNCE_MAILBOX is not set: no mailbox is read."


class Command(BaseCommand):
    help = "Read the mailbox in BOUNCE_MAILBOX once. send_mail --loop does so every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many reports were recorded. Raises CommandError."""
        if not settings.BOUNCE_MAILBOX:
            self.stdout.write(NOT_CONFIGURED)
            return
        try:
            count = bounces.read_mailbox(database_now())
        except (OSError, imaplib.IMAP4.error) as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error
        self.stdout.write(f"{count} reports recorded.")
