"""Worker that announces releases, queues digests, sends mail and erases what has ended."""

from __future__ import annotations

import datetime
import imaplib
import logging
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error

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
    send mail until `stop` is set. A step that fails holds up no other."""
    for step in (press.queue_due, announcing.queue_due, digests.queue_due):
        _try(step, at or database_now())
    _try(calls.call_due, at)
    return delivery.send_due(at, stop)


def _try(step: Callable[[Any], object], at: datetime.datetime | None) -> None:
    try:
        step(at)
    except (SearchUnavailableError, Error) as error:
        logger.warning("Alerts go on without %s.%s: %s", step.__module__, step.__name__, error)
    except Exception:
        logger.exception("Alerts go on without %s.%s.", step.__module__, step.__name__)


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
            erased_at = now  # first, so that a failure is not repeated at each step
            _try(subscriptions.erase, now)
            _try(calls.erase, now)
        if now - read_at >= BOUNCE_INTERVAL:
            read_at = now
            _try(read_bounces, now)
        if (result := process(stop=stop)) != DeliveryResult():
            progress(f"E-mail: {result}.")

    poll(step, "e-mail", stop, POLL_INTERVAL)
