"""Workers killed while they send."""

import time
from collections import Counter

import pytest
from django.db import connection, transaction
from django.utils import timezone

from releases.alerts import announcing
from releases.mail import delivery
from releases.models import OutgoingMail
from tests.mail.test_delivery import start_worker

PEOPLE, KILLS = 40, 3


@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_repeat_at_most_what_was_in_flight(inbox, subscribe, issue):
    for each in range(PEOPLE):
        subscribe(f"person{each}")
    issue()
    announcing.queue_due(timezone.now())
    for kill in range(1, KILLS + 1):
        worker = start_worker(inbox.server.url)
        wait_for(lambda kill=kill: len(inbox.server.taken) >= 5 * kill)
        worker.kill()
        worker.wait()
    wait_for_unlocked()

    delivery.send_due()

    arrived = Counter(taken.rcpt_tos[0] for taken in inbox.server.taken)
    assert len(arrived) == PEOPLE
    assert sum(arrived.values()) - PEOPLE <= KILLS
    repeated = [
        {message["Message-ID"] for to, message in inbox() if to == name}
        for name, count in arrived.items()
        if count > 1
    ]
    assert all(len(ids) == 1 for ids in repeated)


def wait_for(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def wait_for_unlocked():
    """Wait until the server has noticed that the last worker is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '60s'")
    with transaction.atomic():
        list(OutgoingMail.objects.select_for_update().filter(sent_at=None).order_by("pk")[:PEOPLE])
