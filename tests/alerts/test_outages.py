"""A mail server that is down, refuses, delays and is slow: each mail comes once in the end."""

import datetime
from collections import Counter

import pytest
from django.utils import timezone

from releases.alerts import worker
from releases.mail.attempts import MAX_ATTEMPTS
from releases.models import OutgoingMail, Subscription
from tests.programs import free_port

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
PEOPLE = [f"person{number}@example.org" for number in range(3)]


@pytest.fixture
def clock(inbox, subscribe, issue):
    """Publish to all people; returns a function that works once a minute: `clock(10)`."""
    for address in PEOPLE:
        subscribe(address.partition("@")[0])
    issue()
    now = timezone.now()

    def run(minutes):
        nonlocal now
        for _ in range(minutes):
            worker.process(now)
            now += MINUTE

    return run


def arrived(inbox):
    return Counter(to for to, _ in inbox())


def test_server_that_is_down_for_ten_minutes(inbox, clock, mail_to):
    mail_to(f"smtp://127.0.0.1:{free_port()}?tls=off")
    clock(10)
    assert arrived(inbox) == {}
    mail_to(inbox.server.url)

    clock(10)

    assert arrived(inbox) == Counter(PEOPLE)


@pytest.mark.parametrize("reply", ["421 Not available", "451 Try again later"])
def test_server_that_refuses_for_ten_minutes(inbox, clock, reply):
    inbox.server.data_reply = reply
    clock(10)
    inbox.server.data_reply = ""

    clock(10)

    assert arrived(inbox) == Counter(PEOPLE)


def test_server_that_greylists_each_recipient(inbox, clock):
    inbox.server.recipients = dict.fromkeys(PEOPLE, "450 4.2.0 Greylisted")
    clock(1)
    for address in PEOPLE:  # each is let in at another time
        del inbox.server.recipients[address]
        clock(1)

    clock(10)

    assert arrived(inbox) == Counter(PEOPLE)


def test_server_too_slow_to_answer(inbox, clock, settings):
    settings.EMAIL_TIMEOUT = 0.05
    inbox.server.data_reply = "hang"
    clock(3)
    assert OutgoingMail.objects.filter(error__contains="timed out").count() == 3
    settings.EMAIL_TIMEOUT, inbox.server.data_reply = 5, ""

    clock(10)

    assert arrived(inbox) == Counter(PEOPLE)


def test_refused_people_and_a_refused_text_stop_nobody_else(inbox, clock):
    gone, full, other = PEOPLE
    inbox.server.recipients = {gone: "550 5.1.1 No such user", full: "552 5.2.2 Mailbox full"}

    clock(2)

    assert arrived(inbox) == Counter([other])
    assert OutgoingMail.objects.filter(next_try_at=None, sent_at=None).count() == 2
    ended = Subscription.objects.exclude(ended_at=None)
    assert [each.subscriber.address for each in ended] == [gone]


def test_server_that_refuses_the_sender_is_tried_again(inbox, clock):
    """Wrong settings can be mended, so no 5xx before a recipient gives a mail up."""
    inbox.server.sender_reply = "550 5.7.1 Sender refused"
    clock(10)
    inbox.server.sender_reply = ""

    clock(10)

    assert arrived(inbox) == Counter(PEOPLE)
    assert not OutgoingMail.objects.filter(attempts__gt=MAX_ATTEMPTS).exists()
