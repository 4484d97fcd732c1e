"""Delivery of queued e-mail to a real SMTP server."""

import datetime
import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from releases.mail import delivery, outgoing
from releases.mail.attempts import MAX_ATTEMPTS
from releases.models import OutgoingMail
from tests.programs import SECRET_KEY, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(smtp_server, mail_to):
    """Queue a mail: `queued("key", to=…)`."""
    mail_to(smtp_server.url)

    def queue(key="one", to="ana@example.gov", **fields):
        given = {"subject": "To approve: Wells & <Water>", "text": "https://example.gov/1"}
        mail = OutgoingMail(kind="test", key=key, to=to, **{**given, **fields})
        outgoing.enqueue([mail])
        return OutgoingMail.objects.get(key=key)

    return queue


def test_accepted_mail_is_sent_once(queued, smtp_server):
    mail = queued(html="<p>Hello</p>")

    delivery.send_due()
    delivery.send_due()

    mail.refresh_from_db()
    assert mail.sent_at
    assert mail.next_try_at is None
    (taken,) = smtp_server.taken
    assert taken.rcpt_tos == ["ana@example.gov"]
    assert b"Subject: To approve: Wells & <Water>" in taken.content
    assert b"<p>Hello</p>" in taken.content


def test_mails_share_a_connection_up_to_the_limit(queued, smtp_server, monkeypatch):
    monkeypatch.setattr(delivery, "PER_CONNECTION", 3)
    for key in "abcd":
        queued(key)

    assert delivery.send_due().sent == 4
    assert len(smtp_server.connections) == 2


def test_greylisted_recipient_delays_nobody_else(queued, smtp_server):
    smtp_server.recipients["eve@example.gov"] = "450 4.2.0 Greylisted, try again later"
    first, _, now = queued("grey", "eve@example.gov"), queued("other"), timezone.now()

    assert str(delivery.send_due(now)) == "1 sent, 1 failed"
    smtp_server.recipients.clear()
    assert str(delivery.send_due(now + datetime.timedelta(minutes=1))) == "1 sent, 0 failed"

    first.refresh_from_db()
    assert (first.attempts, first.error) == (2, "")


def test_mail_that_cannot_be_written_stops_nobody_else(queued, smtp_server, caplog):
    broken, other = queued("alert of nobody", versions=[1]), queued("other")

    assert str(delivery.send_due()) == "1 sent, 1 failed"

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.attempts, bool(broken.next_try_at), bool(other.sent_at)) == (1, True, True)
    assert "cannot be written" in caplog.text


def test_statement_that_fails_for_a_mail_stops_nobody_else(queued, smtp_server):
    broken, other = queued("alert", versions=[1], subscriptions=[1]), queued("other")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE releases_subscription RENAME TO subscriptions")

    assert str(delivery.send_due()) == "1 sent, 1 failed"

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.attempts, bool(broken.next_try_at), bool(other.sent_at)) == (1, True, True)
    assert "ProgrammingError" in broken.error


def test_one_event_writes_a_mail_once(queued):
    queued("approve:1")
    queued("approve:1")

    assert OutgoingMail.objects.count() == 1


def test_temporary_refusal_is_retried_after_growing_pauses(queued, smtp_server):
    mail, at, pauses = queued(), timezone.now(), []
    smtp_server.data_reply = "451 Try later"
    for _ in range(3):
        assert delivery.send_due(at).failed == 1
        mail.refresh_from_db()
        pauses.append((mail.next_try_at - at).total_seconds())
        assert delivery.send_due(at) == delivery.DeliveryResult()
        at = mail.next_try_at
    smtp_server.data_reply = ""

    assert pauses == [60, 120, 240]
    assert "Try later" in mail.error
    assert delivery.send_due(at).sent == 1
    mail.refresh_from_db()
    assert (mail.error, mail.attempts) == ("", 4)


def test_permanent_refusal_is_given_up_with_its_error(queued, smtp_server):
    smtp_server.recipients["gone@example.gov"] = "550 No such person"
    gone, here = queued("gone", "gone@example.gov"), queued("here")

    delivery.send_due()

    gone.refresh_from_db()
    here.refresh_from_db()
    assert gone.next_try_at is None
    assert "No such person" in gone.error
    assert here.sent_at
    assert outgoing.backlog(timezone.now()).given_up == 1


def test_refused_connection_costs_one_mail_an_attempt(queued, mail_to):
    queued("one")
    queued("two")
    mail_to(f"smtp://127.0.0.1:{free_port()}?tls=off")

    assert delivery.send_due().failed == 1
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_mail_is_given_up_after_the_last_attempt_and_can_be_retried(queued, mail_to, smtp_server):
    mail = queued(attempts=MAX_ATTEMPTS - 1)
    mail_to(f"smtp://127.0.0.1:{free_port()}?tls=off")
    delivery.send_due()
    mail.refresh_from_db()
    assert mail.next_try_at is None
    assert "ConnectionRefusedError" in mail.error

    mail_to(smtp_server.url)
    assert outgoing.retry(OutgoingMail.objects.all()) == 1
    assert delivery.send_due().sent == 1


def test_deactivated_account_gets_nothing(queued, smtp_server, staff):
    person = staff("writer")
    mail = queued(person=person)
    person.is_active = False
    person.save()

    delivery.send_due()

    mail.refresh_from_db()
    assert smtp_server.taken == []
    assert mail.error == delivery.DEACTIVATED


def test_nothing_is_queued_where_no_mail_is_sent(db, settings):
    settings.EMAIL_URL = ""

    outgoing.enqueue([OutgoingMail(kind="test", key="one", to="ana@example.gov")])

    assert not OutgoingMail.objects.exists()


def test_line_end_in_a_subject_adds_no_header(queued, smtp_server):
    queued(subject="Water\nBcc: eve@example.com")

    delivery.send_due()

    assert b"\nBcc:" not in smtp_server.taken[0].content


def test_links_begin_with_the_sites_origin(settings):
    settings.SITE_ORIGIN = "https://press.example.gov"
    assert outgoing.absolute_url("/admin/") == "https://press.example.gov/admin/"

    settings.SITE_ORIGIN, settings.ALLOWED_HOSTS = "", [".example.gov"]
    settings.HTTPS = "on"
    assert outgoing.absolute_url("/admin/") == "https://example.gov/admin/"


@pytest.mark.django_db(transaction=True)
def test_mail_of_a_killed_worker_is_sent_by_the_next(queued, smtp_server):
    mail = queued()
    smtp_server.data_reply = "hang"
    worker = start_worker(smtp_server.url)
    try:
        assert smtp_server.has_data.wait(60)
        assert delivery.send_due() == delivery.DeliveryResult()  # locked: skipped, not waited for
    finally:
        worker.kill()
        worker.wait()
    smtp_server.data_reply = ""
    wait_for_unlocked(mail)

    assert delivery.send_due(timezone.now() + datetime.timedelta(seconds=1)).sent == 1
    assert len(smtp_server.taken) == 1


def start_worker(url):
    at = connection.settings_dict
    host = at["HOST"].replace("/", "%2F")
    port = f":{at['PORT']}" if at["PORT"] else ""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": f"postgres://{at['USER']}:{at['PASSWORD']}@{host}{port}/{at['NAME']}",
        "EMAIL_URL": url,
        "DEFAULT_FROM_EMAIL": "press@example.gov",
    }
    command = [sys.executable, "manage.py", "send_mail"]
    return subprocess.Popen(command, cwd=project.BASE_DIR, env=environment)


def wait_for_unlocked(mail):
    """Wait until the server has noticed that the worker is gone, and let its lock go."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '60s'")
        cursor.execute("SELECT 1 FROM releases_outgoingmail WHERE id = %s FOR UPDATE", [mail.pk])
