"""Mail that comes back: reports of failed delivery (RFC 3464) and complaints (RFC 5965)."""

from __future__ import annotations

import datetime
import email
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from pressroom.infra import mailboxes
from releases.mail import press
from releases.mail.message_ids import mail_of
from releases.models import Journalist, OutgoingMail
from releases.models.subscriptions import ACTIVE

MAX_DETAIL = 500  # characters
MAX_PARTS = 50
MOST_SECONDS = 10.0  # of a round, because mail to readers waits for its end
HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers")
_STATUS = re.compile(r"(?<![0-9.])5\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
_REPLY = re.compile(r"(?<![0-9.])55[013](?![0-9.])")
_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such (?:user|mailbox|recipient|address)"
    r"|mailbox (?:not found|unavailable)|does not exist",
    re.IGNORECASE,
)
Stop = Journalist.Stop

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """Report about one mail; `is_final` if its address will never accept any."""

    message_id: str
    is_complaint: bool
    is_final: bool
    detail: str


def read_report(data: bytes) -> Report | None:
    """Read a report; None for other mail, and for delays, which may still succeed."""
    try:
        return _report(list(_parts(email.message_from_bytes(data))))
    except (ValueError, LookupError, RecursionError):
        return None


@transaction.atomic
def record_report(report: Report, at: datetime.datetime) -> bool:
    """Mark the mail and its address; return whether it is one of ours."""
    mail = mail_of(report.message_id)
    if mail is None:
        return False
    record_returned(mail, report, at)
    return True


def record_returned(mail: OutgoingMail, report: Report, at: datetime.datetime) -> None:
    """Note that the mail came back, and mail its address nothing more if the report is final."""
    if not report.is_complaint:
        OutgoingMail.objects.filter(pk=mail.pk).update(error=report.detail)
        if mail.press:
            press.record_failed(mail.press, report.detail, at)
    if not report.is_final:
        return
    if mail.press and mail.press.journalist:
        why = Stop.COMPLAINED if report.is_complaint else Stop.BOUNCED
        mail.press.journalist.stop(why, report.detail, at)
    if mail.subscriber:
        # Erased after a day with the address, as those that the reader ends.
        mail.subscriber.subscriptions.filter(ACTIVE).update(ended_at=at)


def read_mailbox(at: datetime.datetime) -> int:
    """Record the reports in BOUNCE_MAILBOX and delete them; return how many.

    Other mail stays for a person, marked as read; what takes too long, for the next round.
    Raises OSError or imaplib.IMAP4.error.
    """
    count, end = 0, time.monotonic() + MOST_SECONDS
    with mailboxes.opened(settings.BOUNCE_MAILBOX) as box:
        for key in box.unread():
            if time.monotonic() >= end:
                break
            if _is_recorded(box.read(key), at):
                box.remove(key)
                count += 1
            else:
                box.keep(key)
    return count


def is_final(status: str, diagnostic: str) -> bool:
    """Return whether a refusal is about the address, not about this mail, its size or its sender.

    Codes: RFC 3463 (5.1: the address; 5.2.1: a closed mailbox). Without them the text must say it,
    because many servers answer 550 to a sender they block.
    """
    found = [code for code in (status, *_STATUS.findall(diagnostic)) if code and code != "5.0.0"]
    if found:
        return found[0].startswith("5.1.") or found[0] == "5.2.1"
    return bool(_REPLY.search(diagnostic) and _UNKNOWN.search(diagnostic))


def _is_recorded(data: bytes, at: datetime.datetime) -> bool:
    """Record a report; False for what is none of ours, or cannot be read or recorded."""
    try:
        report = read_report(data)
        return report is not None and record_report(report, at)
    except (OperationalError, InterfaceError):
        raise  # the database's fault, not the message's: it is read again
    except Exception:
        # Anyone can write to this mailbox: a message must never stop the others, or the sending.
        logger.exception("A returned e-mail cannot be read; it stays in the mailbox.")
        return False


def _report(parts: list[Message]) -> Report | None:
    message_id = next(filter(None, map(_original_id, parts)), "")
    for part in parts if message_id else []:
        if part.get_content_type() == "message/feedback-report":
            return Report(message_id, is_complaint=True, is_final=True, detail="")
        if part.get_content_type() == "message/delivery-status":
            return _failure(message_id, part)
    return None


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count == MAX_PARTS:
            return
        yield part


def _original_id(part: Message) -> str:
    """Return the Message-ID of the returned mail, if this part holds its headers."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        original: Any = part.get_payload(0)
        return str(original["Message-ID"] or "").strip()
    if part.get_content_type() in HEADERS_ONLY:
        text = part.get_payload(decode=True) if not part.is_multipart() else b""
        # Headers only: their Content-Type may promise parts in parts without end.
        found = BytesHeaderParser().parsebytes(text if isinstance(text, bytes) else b"")
        return str(found["Message-ID"] or "").strip()
    return ""


def _failure(message_id: str, part: Message) -> Report | None:
    blocks = part.get_payload() if part.is_multipart() else []
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or str(block["Action"]).strip().lower() != "failed":
            continue
        status = _plain(block["Status"]).strip().partition(" ")[0]
        diagnostic = " ".join(_plain(block["Diagnostic-Code"]).split())[:MAX_DETAIL]
        detail = diagnostic or f"The mail came back with status {status}."
        return Report(message_id, False, is_final(status, diagnostic), detail)
    return None


def _plain(header: Any) -> str:
    return str(header or "").replace("\0", "")  # PostgreSQL stores none
