"""Fixtures: subscribers and the mail that they get."""

import email
import email.policy

import pytest
from django.utils import timezone

from releases import publishing
from releases.alerts import worker
from releases.alerts.matching import Criteria
from releases.models import Subscriber, Subscription
from releases.search import worker as search

POLICY = email.policy.default


def plain(message):
    """Return the text of a message, with lines ended by line feeds."""
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.fixture
def inbox(smtp_server, mail_to):
    """Return what arrived, as (address, message) pairs: `inbox()`; `inbox.process(at)` sends."""
    mail_to(smtp_server.url)

    def read():
        return [
            (taken.rcpt_tos[0], email.message_from_bytes(taken.content, policy=POLICY))
            for taken in smtp_server.taken
        ]

    def process(at=None):
        search.sync(at)
        worker.process(at or timezone.now())
        return read()

    read.process, read.server = process, smtp_server
    return read


@pytest.fixture
def subscribe(db):
    """Return a function that adds a confirmed subscription: `subscribe("ana", q="water")`."""

    def add(name="ana", frequency="at-once", speaks="en", confirmed=True, **criteria):
        address = f"{name}@example.org"
        given = {"language": speaks}
        person = Subscriber.objects.get_or_create(address=address, defaults=given)[0]
        return Subscription.objects.create(
            subscriber=person,
            frequency=frequency,
            confirmed_at=timezone.now() if confirmed else None,
            **Criteria(**criteria)._asdict(),
        )

    return add


@pytest.fixture
def issue(make_release):
    """Return a function that publishes a release now: `issue(title=…)`."""

    def publish(at=None, **fields):
        return publishing.approve(make_release(**fields), at)

    return publish
