"""Outbox of e-mail, written by actions in their own transaction. `delivery` sends it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from pressroom.infra import office
from releases.models import OutgoingMail


@dataclass(frozen=True)
class SendingBacklog:
    """Rows due, when the oldest was written, rows that failed and are retried, rows given up in
    the last week."""

    due: int
    oldest: datetime.datetime | None
    failing: int
    given_up: int


def is_configured() -> bool:
    """Return whether this site sends e-mail."""
    return bool(settings.EMAIL_URL)


def enqueue(mails: Iterable[OutgoingMail]) -> None:
    """Queue the mails, except those whose key is known. Does nothing where no mail is sent.

    Call it in the transaction of what they are about, so that neither commits alone.
    """
    # Without EMAIL_URL they would pile up, and all go out on the day it is set.
    if is_configured():
        OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)


def absolute_url(path: str) -> str:
    """Return the path as an absolute URL, for mail that no request is behind."""
    scheme = "http" if settings.HTTPS == "off" else "https"
    host = settings.ALLOWED_HOSTS[0].strip(".*") or "localhost"
    return urljoin(office.current().origin or f"{scheme}://{host}", path)


def sender_domain() -> str:
    """Return the host name in the sender's address, for the ids of messages."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def retry(mails: QuerySet[OutgoingMail]) -> int:
    """Try unsent mails again now, those given up too; return how many."""
    unsent = mails.filter(sent_at__isnull=True)
    return unsent.update(next_try_at=timezone.now(), attempts=0)


def backlog(at: datetime.datetime) -> SendingBacklog:
    """Measure the outbox at `at` (aware)."""
    return measure(OutgoingMail.objects.all(), "sent_at", at)


def measure(rows: QuerySet[Any], done: str, at: datetime.datetime) -> SendingBacklog:
    """Measure an outbox whose rows are tried until their column `done` has a time."""
    due, undone = Q(next_try_at__lte=at), Q(**{f"{done}__isnull": True})
    recent = Q(created_at__gte=at - datetime.timedelta(days=7))
    failing = undone & Q(attempts__gt=0, next_try_at__isnull=False)
    given_up = undone & recent & Q(next_try_at__isnull=True)
    counts = {"due": due, "failing": failing, "given_up": given_up}
    return SendingBacklog(
        **rows.aggregate(
            oldest=Min("created_at", filter=due),
            **{name: Count("pk", filter=condition) for name, condition in counts.items()},
        )
    )
