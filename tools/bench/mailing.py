"""One release mailed to many subscribers over a real SMTP server, while workers are killed."""

from __future__ import annotations

import email
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connections
from django.utils import timezone

from pressroom.infra.mail_settings import read_email_url
from releases import publishing
from releases.alerts import announcing
from releases.mail import delivery
from releases.models import OutgoingMail, Release, Subscriber, Subscription
from tools.bench import corpus, site
from tools.bench.tables import Table

SIZE = 10_000
KILLS = 50
PORT = 8125
COLUMNS = ("mails", "kills", "lost", "twice", "seconds", "mails/s", "processor ms/mail", "MB")


class Inbox:
    """Takes every mail, and keeps its recipient and Message-ID."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        found = email.message_from_bytes(envelope.content[:4096])["Message-ID"]
        self.taken.append((envelope.rcpt_tos[0], str(found)))
        return "250 OK"


def run(size: int = SIZE) -> Iterator[Table]:
    """Yield what arrived, and at what cost."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=PORT)
    controller.start()
    try:
        _configure()
        _fill(size)
        yield Table("One release by mail to all subscribers", COLUMNS, [_sent(inbox, size)])
    finally:
        controller.stop()


def _configure() -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{PORT}?tls=off"
    settings.DEFAULT_FROM_EMAIL = "press@example.gov"
    for name, value in read_email_url(settings.EMAIL_URL).items():
        setattr(settings, name, value)


def _fill(size: int) -> None:
    site.fill(corpus.rows(1))
    people = Subscriber.objects.bulk_create(
        (Subscriber(address=f"person{each}@example.org", language="en") for each in range(size)),
        batch_size=1000,
    )
    now = timezone.now()
    given = {"kind": "releases", "frequency": "at-once", "confirmed_at": now}
    subscriptions = (Subscription(subscriber=person, **given) for person in people)
    Subscription.objects.bulk_create(subscriptions, batch_size=1000)
    body = Release.objects.published().latest("pk").body
    news = Release.objects.create(title="Wells Reopen", body=body, date=timezone.localdate())
    publishing.approve(news, timezone.now())
    announcing.queue_due(timezone.now())
    site.analyze()


def _sent(inbox: Inbox, size: int) -> tuple[Any, ...]:
    began, used, peak = time.perf_counter(), 0.0, 0
    for kill in range(KILLS + 1):
        worker = _start()
        if kill < KILLS:
            _wait_for(inbox, size * (kill + 1) // (KILLS + 1))
            os.kill(worker, signal.SIGKILL)
        _, _, usage = os.wait4(worker, 0)
        used += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss)
    elapsed, counts = time.perf_counter() - began, Counter(inbox.taken)
    people = {to for to, _ in counts}
    left = OutgoingMail.objects.filter(sent_at=None).count()
    assert len(counts) == len(people), "a repeated mail has its Message-ID"
    twice = sum(counts.values()) - len(counts)
    costs = round(elapsed, 1), round(size / elapsed), round(1000 * used / size, 2), peak // 1024
    return size, KILLS, size - len(people) + left, twice, *costs


def _start() -> int:
    """Start a worker: a fork, which does not import everything again."""
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=delivery.send_due)
    worker.start()
    assert worker.pid
    return worker.pid


def _wait_for(inbox: Inbox, count: int) -> None:
    while len(inbox.taken) < count:
        time.sleep(0.002)
