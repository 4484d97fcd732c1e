"""Fixtures: subscribers, journalists, and the mail that they get."""

import email
import email.policy

import pytest
from django.utils import timezone

from releases import publishing
from releases.alerts import worker
from releases.alerts.matching import Criteria
from releases.models import Journalist, PressTag, Subscriber, Subscription
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


@pytest.fixture
def water(db):
    return PressTag.objects.create(name="Water")


@pytest.fixture
def journalist(water):
    """Return a function that adds a journalist to the list: `journalist("ana")`."""

    def add(name="ana", **fields):
        consent = {"consent_on": "2026-11-02", "consent_how": "By e-mail"}
        given = {"name": name.title(), "address": f"{name}@example.org", **consent, **fields}
        person = Journalist.objects.create(**given)
        person.tags.add(water)
        return person

    return add


@pytest.fixture
def send(water):
    """Return a function that rehearses and sends: `send(release, "now")`."""

    def press(release, when, **context):
        at = context.get("at") or timezone.now()
        shown = publishing.rehearse_press(release, when, [water], at)
        return publishing.send_to_press(release, when, [water], shown.fingerprint, **context)

    return press
