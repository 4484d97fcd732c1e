"""Worker that announces releases, queues digests, sends mail and erases what has ended."""

from __future__ import annotations

import datetime
import imaplib
import logging
import threading
from collections.abc import Callable

from django.conf import settings

from pressroom.infra.db.clock import database_now
from pressroom.infra.db.polling import poll
from releases.alerts import announcing, calls, digests, press, subscriptions
from releases.mail import bounces, delivery
from releases.mail.delivery import DeliveryResult
from releases.search.results import SearchUnavailableError

POLL_INTERVAL = 5.0  # seconds between two looks at the outbox
ERASE_INTERVAL = datetime.timedelta(hours=1)
BOUNCE_INTERVAL = datetime.timedelta(minutes=5)

logger = logging.getLogger(__name__)


def process(
    at: datetime.datetime | None = None, stop: threading.Event | None = None
) -> DeliveryResult:
    """Queue what is due at `at` (aware; default: now, by the database's clock), make the calls, and
    send mail until `stop` is set."""
    queue_due(at)
    calls.call_due(at)
    return delivery.send_due(at, stop)


def queue_due(at: datetime.datetime | None = None) -> None:
    """Queue alerts and digests. What needs the search index waits until that can be read."""
    for queue in (press.queue_due, announcing.queue_due, digests.queue_due):
        try:
            queue(at or database_now())
        except SearchUnavailableError:
            logger.warning("Alerts wait: the search index cannot be read.")


def read_bounces(at: datetime.datetime) -> None:
    """Record what came back, if there is a mailbox for it."""
    if not settings.BOUNCE_MAILBOX:
        return
    try:
        bounces.read_mailbox(at)
    except (OSError, imaplib.IMAP4.error) as error:
        logger.warning("The mailbox of returned e-mail cannot be read: %s", type(error).__name__)


def run(stop: threading.Event, progress: Callable[[str], object] = str) -> None:
    """Process until `stop` is set, and call `progress` with results."""
    erased_at = read_at = datetime.datetime.min.replace(tzinfo=datetime.UTC)

    def step() -> None:
        nonlocal erased_at, read_at
        now = database_now()
        if now - erased_at >= ERASE_INTERVAL:
            subscriptions.erase(now)
            calls.erase(now)
            erased_at = now
        if now - read_at >= BOUNCE_INTERVAL:
            read_at = now  # first, so that a failure is not repeated at each step
            read_bounces(now)
        if (result := process(stop=stop)) != DeliveryResult():
            progress(f"E-mail: {result}.")

    poll(step, "e-mail", stop, POLL_INTERVAL)
