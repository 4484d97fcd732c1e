"""Mail that comes back: reports of failed delivery (RFC 3464) and complaints (RFC 5965)."""

from __future__ import annotations

import datetime
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

from django.conf import settings

from pressroom.infra import mailboxes
from releases.mail import press
from releases.mail.message_ids import mail_of
from releases.models import Journalist, OutgoingMail
from releases.models.subscriptions import ACTIVE

MAX_DETAIL = 500  # characters
MAX_PARTS = 50
HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers")
_STATUS = re.compile(r"(?<![0-9.])5\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
_REPLY = re.compile(r"(?<![0-9.])55[013](?![0-9.])")
Stop = Journalist.Stop


@dataclass(frozen=True)
class Report:
    """What a report says of one mail; `is_final` if the address will never take any."""

    message_id: str
    is_complaint: bool
    is_final: bool
    detail: str


def read_report(data: bytes) -> Report | None:
    """Read a report; None for other mail, and for delays, which may still succeed."""
    try:
        parts = list(_parts(email.message_from_bytes(data)))
    except (ValueError, LookupError, RecursionError):
        return None
    message_id = next(filter(None, map(_original_id, parts)), "")
    for part in parts if message_id else []:
        if part.get_content_type() == "message/feedback-report":
            return Report(message_id, is_complaint=True, is_final=True, detail="")
        if part.get_content_type() == "message/delivery-status":
            return _failure(message_id, part)
    return None


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

    Other mail stays for a person, marked as read. Raises OSError or imaplib.IMAP4.error.
    """
    count = 0
    with mailboxes.opened(settings.BOUNCE_MAILBOX) as box:
        for key in box.unread():
            report = read_report(box.read(key))
            if report and record_report(report, at):
                box.remove(key)
                count += 1
            else:
                box.keep(key)
    return count


def is_final(status: str, diagnostic: str) -> bool:
    """Return whether a refusal is about the address, not about this mail, its size or its sender.

    Codes: RFC 3463 (5.1: the address; 5.2.1: a closed mailbox), without them RFC 5321.
    """
    found = [code for code in (status, *_STATUS.findall(diagnostic)) if code and code != "5.0.0"]
    if found:
        return found[0].startswith("5.1.") or found[0] == "5.2.1"
    return bool(_REPLY.search(diagnostic))


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
        found = email.message_from_bytes(text if isinstance(text, bytes) else b"")
        return str(found["Message-ID"] or "").strip()
    return ""


def _failure(message_id: str, part: Message) -> Report | None:
    blocks = part.get_payload() if part.is_multipart() else []
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or str(block["Action"]).strip().lower() != "failed":
            continue
        status = str(block["Status"] or "").strip().partition(" ")[0]
        diagnostic = " ".join(str(block["Diagnostic-Code"] or "").split())[:MAX_DETAIL]
        detail = diagnostic or f"The mail came back with status {status}."
        return Report(message_id, False, is_final(status, diagnostic), detail)
    return None
