"""Worker that sends the outbox of e-mail.

Each mail is sent under its row's lock, which other workers skip. One killed between the server's
acceptance and the commit sends that mail again, with the same Message-ID: at least once, never not.
"""

from __future__ import annotations

import datetime
import logging
import smtplib
import threading
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, transaction

from pressroom.infra.db.clock import database_now
from releases.mail import alerts, bounces, message_ids, outgoing, press
from releases.mail.attempts import MAX_ATTEMPTS, pause_after
from releases.mail.bounces import Report
from releases.models import OutgoingMail

PER_CONNECTION = 100  # mails: some servers end a connection after so many
PERMANENT = 500  # SMTP reply codes from here on are permanent (RFC 5321, section 4.2.1)
DEACTIVATED = "Not sent: the account is deactivated."

logger = logging.getLogger(__name__)


@dataclass
class DeliveryResult:
    """Mails sent, and mails that failed now."""

    sent: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.failed} failed"


def send_due(
    at: datetime.datetime | None = None, stop: threading.Event | None = None
) -> DeliveryResult:
    """Send what is due at `at` (aware; default: now, by the database's clock), until `stop` is set.

    Stops at the first mail that fails for reasons that would fail the others, too, and where the
    mails of this minute are used up.
    """
    result = DeliveryResult()
    if not outgoing.is_configured():
        return result
    server = get_connection()
    try:
        while not (stop and stop.is_set()) and _send_next(server, at or database_now(), result):
            if result.sent % PER_CONNECTION == 0:
                _close(server)
    finally:
        _close(server)
    return result


def _is_minute_used_up(at: datetime.datetime) -> bool:
    if not settings.EMAIL_PER_MINUTE:
        return False
    minute = OutgoingMail.objects.filter(sent_at__gt=at - datetime.timedelta(minutes=1))
    return minute.count() >= settings.EMAIL_PER_MINUTE


@transaction.atomic
def _send_next(server: BaseEmailBackend, at: datetime.datetime, result: DeliveryResult) -> bool:
    """Send the next due mail; return whether to go on."""
    if _is_minute_used_up(at):
        return False
    due = OutgoingMail.objects.filter(next_try_at__lte=at).order_by("is_bulk", "next_try_at", "id")
    rows = due.select_related("person", "subscriber")
    mail = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if mail is None:
        return False
    if mail.person and not mail.person.is_active:
        _give_up(mail, DEACTIVATED)
        return True
    try:
        with transaction.atomic():  # a statement that fails must not end the outer transaction
            message = _message(mail, at)
    except (OperationalError, InterfaceError):
        raise  # the database's fault, not the mail's
    except Exception as error:  # one that cannot be written must not stop the others
        logger.exception("E-mail %s cannot be written.", mail.pk)
        result.failed += 1
        _record_failure(mail, error, at)
        return True
    if message is None:
        mail.delete()
        return True
    try:
        server.open()  # otherwise Django opens and closes a connection for each call
        server.send_messages([message])
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        _close(server)
        result.failed += 1
        return _record_failure(mail, error, at)
    mail.attempts, mail.sent_at, mail.next_try_at, mail.error = mail.attempts + 1, at, None, ""
    mail.save(update_fields=["attempts", "sent_at", "next_try_at", "error"])
    if mail.versions:
        alerts.record_received(mail, message, at)
    if mail.press:
        press.record_sent(mail.press, at)
    result.sent += 1
    return True


def _message(mail: OutgoingMail, at: datetime.datetime) -> EmailMultiAlternatives | None:
    """Return the message, with an id that is the same at each attempt; None if nothing in an alert
    is news any more."""
    message = _composed(mail, at)
    if message:
        message.extra_headers |= _headers(mail)
        # The sender of the envelope, who gets what comes back.
        message.from_email = settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL
    return message


def _composed(mail: OutgoingMail, at: datetime.datetime) -> EmailMultiAlternatives | None:
    if mail.versions:
        return alerts.compose(mail, at)
    return press.compose(mail, at) if mail.press_id else _written(mail)


def _written(mail: OutgoingMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to])
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _headers(mail: OutgoingMail) -> dict[str, str]:
    return {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": message_ids.message_id(mail),
        "Auto-Submitted": "auto-generated",
    }


def _record_failure(mail: OutgoingMail, error: Exception, at: datetime.datetime) -> bool:
    """Postpone the mail, or give it up; return whether other mails may still succeed."""
    mail.attempts += 1
    sentence = f"{type(error).__name__}: {error}"
    logger.warning("E-mail %s could not be sent: %s", mail.pk, type(error).__name__)
    is_permanent = _is_permanent(error)
    if is_permanent or mail.attempts >= MAX_ATTEMPTS:
        _give_up(mail, sentence)
        _record_returned(mail, error, at)
    else:
        mail.next_try_at, mail.error = at + pause_after(mail.attempts), sentence
        mail.save()
    return is_permanent or isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)


def _record_returned(mail: OutgoingMail, error: Exception, at: datetime.datetime) -> None:
    """Do what a report of the same failure would do."""
    refused = error.recipients.values() if isinstance(error, smtplib.SMTPRecipientsRefused) else ()
    replies = " ".join(f"{code} {text.decode(errors='replace')}" for code, text in refused)
    report = Report("", False, bounces.is_final("", replies), mail.error)
    bounces.record_returned(mail, report, at)


def _give_up(mail: OutgoingMail, error: str) -> None:
    mail.next_try_at, mail.error = None, error
    mail.save()


def _is_permanent(error: Exception) -> bool:
    """Return whether this very mail will never be accepted; wrong settings can be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= PERMANENT
    return isinstance(error, ValueError)  # an address or subject that no server would take


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError:
        logger.info("The mail server ended the connection first.")
