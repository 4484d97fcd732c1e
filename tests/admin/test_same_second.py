"""Simultaneous requests on one release."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from releases.models import AuditEntry
from tests.admin.sending import sent_from

pytestmark = pytest.mark.django_db(transaction=True)


def send_at_once(requests):
    """Post each (client, address, data) at the same moment; return the responses in order."""
    barrier = Barrier(len(requests))

    def send(request):
        client, address, data = request
        try:
            barrier.wait(timeout=30)
            return client.post(address, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_second_of_two_savers_gets_a_message_and_keeps_their_text(staff, make_release, change_url):
    release = make_release(slug="records-office")
    requests = []
    for name in ("Ana", "Ben"):
        client = signed_in(staff("writer", name))
        form = sent_from(client.get(change_url(release)).context)
        requests.append((client, change_url(release), {**form, "title": f"{name}’s title"}))

    answers = send_at_once(requests)

    release.refresh_from_db()
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [(loser, name)] = [
        (answer, name)
        for answer, name in zip(answers, ("Ana", "Ben"), strict=True)
        if answer.status_code == 200
    ]
    assert release.title != f"{name}’s title"
    assert f"{name}’s title" in loser.text
    assert "after you opened it" in loser.text
    assert release.audit_entries.count() == 1


def test_approval_clicked_twice_at_once_happens_once(staff, make_release):
    release = make_release()
    publisher = staff("publisher")
    address = reverse("admin:releases_release_verb", args=[release.pk, "approve"])
    data = {"seen": release.updated_at.isoformat(), "effect": "now"}

    answers = send_at_once([(signed_in(publisher), address, data)] * 2)

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert release.versions.count() == 1
    assert AuditEntry.objects.filter(action="approved").count() == 1
