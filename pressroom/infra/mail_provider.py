"""E-mail through the HTTP interface of a provider, by django-anymail, with SMTP's errors.

Only a site whose EMAIL_URL names a provider imports this module: it needs anymail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

# Providers whose counting of opened mails and clicks a message can switch off.
TRACKING = ("mailersend", "mailgun", "mailjet", "mandrill", "postmark", "sparkpost", "unisender_go")
UNACCEPTABLE = (400, 413, 422)  # HTTP: the provider does not take this one message
MAX_DETAIL = 500  # characters
USER_IN_ADDRESS = re.compile(r"//[^/\s]*@")  # of api_url; it may hold a password


class ProviderBackend(BaseEmailBackend):
    """Backend of the provider in EMAIL_PROVIDER. Raises smtplib's errors and ValueError."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        name, given = settings.EMAIL_PROVIDER  # type: ignore[misc]  # set with this backend
        self._provider = get_connection(
            f"anymail.backends.{name}.EmailBackend", timeout=settings.EMAIL_TIMEOUT, **given
        )
        self._tracking = {"track_opens": False, "track_clicks": False} if name in TRACKING else {}

    def open(self) -> bool | None:
        return self._provider.open()

    def close(self) -> None:
        self._provider.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send the messages; return how many."""
        for message in email_messages:
            # Providers get what comes back themselves, and refuse another sender of the envelope.
            message.from_email = message.extra_headers.pop("From", message.from_email)
            vars(message).update(self._tracking)
            self._send(message)
        return len(email_messages)

    def _send(self, message: EmailMessage) -> None:
        try:
            self._provider.send_messages([message])
        except AnymailRecipientsRefused as error:
            reply = 550, b"5.1.0 The provider sends nothing to this address."
            raise SMTPRecipientsRefused(dict.fromkeys(message.to, reply)) from error
        except AnymailError as error:
            if isinstance(error, ValueError):
                raise
            sentence = USER_IN_ADDRESS.sub("//", str(error))[:MAX_DETAIL]
            if error.status_code in UNACCEPTABLE:
                raise SMTPDataError(450, sentence) from error
            raise SMTPException(sentence) from error
