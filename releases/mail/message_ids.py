"""Message-IDs, from which a report that comes back leads to the row."""

from __future__ import annotations

import re

from django.utils.crypto import constant_time_compare, salted_hmac

from releases.mail import outgoing
from releases.models import OutgoingMail

_ID = re.compile(r"<?([0-9]{1,18})\.([0-9a-f]{40})@")


def message_id(mail: OutgoingMail) -> str:
    """Return the id, the same at each attempt; who has not got the mail cannot guess it."""
    return f"<{mail.pk}.{_digest(mail)}@{outgoing.sender_domain()}>"


def mail_of(message_id: str) -> OutgoingMail | None:
    """Return the mail with that id; None for a forged one, and for mail that is erased."""
    if not (match := _ID.match(message_id)):
        return None
    mail = OutgoingMail.objects.filter(pk=int(match[1])).first()
    return mail if mail and constant_time_compare(_digest(mail), match[2]) else None


def _digest(mail: OutgoingMail) -> str:
    return salted_hmac("releases.mail", mail.key, algorithm="sha256").hexdigest()[:40]
