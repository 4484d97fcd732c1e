import datetime

import pytest
from django.db import DatabaseError
from django.utils import timezone
from haystack import connections

from releases.models import OutgoingCall, SearchChange
from releases.search import outbox


@pytest.fixture
def index(db):
    connections["default"].get_backend().rebuild()


def test_the_process_is_up_without_database_or_index(client):
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "up"})


def test_ready_when_database_and_index_are(client, index):
    response = client.get("/health/ready")
    assert response.status_code == 200
    backlog = {"due": 0, "oldest_seconds": 0, "failing": 0, "similarity_failing": 0}
    backlog |= {"mail": None, "calls": None}
    replica = {"state": "none"}
    report = {"database": "up", "replica": replica, "index": "up", "backlog": backlog}
    assert response.json() == report


def test_failing_calls_are_counted(client, index, publish, settings):
    settings.WEBSUB_HUB = "https://hub.example.org/"
    given = {"kind": "websub", "version": publish().versions.last()}
    OutgoingCall.objects.create(url="https://a.example/", attempts=1, **given)
    OutgoingCall.objects.create(url="https://b.example/", next_try_at=None, **given)

    counted = client.get("/health/ready").json()["backlog"]["calls"]

    assert (counted["due"], counted["failing"], counted["given_up"]) == (1, 1, 1)


@pytest.mark.parametrize("page", ["live", "ready"])
def test_health_is_uncached_and_read_only(client, index, page):
    response = client.get(f"/health/{page}")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"] == "application/json"
    assert client.post(f"/health/{page}").status_code == 405


def test_health_is_not_sent_to_https(client, index, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/ready").status_code == 200
    assert client.get("/search/").status_code == 301


def test_health_reports_the_index_lag(client, index, publish):
    release = publish()
    now = timezone.now()
    SearchChange.objects.update(since=now - datetime.timedelta(hours=2), attempts=1)
    outbox.enqueue([release.pk], due_at=now + datetime.timedelta(hours=1))
    backlog = client.get("/health/ready").json()["backlog"]
    assert (backlog["due"], backlog["failing"]) == (1, 1)
    assert backlog["oldest_seconds"] >= 7200


def test_not_ready_without_an_index(client, db):
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert (response.json()["database"], response.json()["index"]) == ("up", "down")


def test_not_ready_without_a_database_and_no_secret_is_shown(client, index, monkeypatch):
    def fail(*args):
        raise DatabaseError("could not connect to server at secret.example")

    monkeypatch.setattr(outbox, "backlog", fail)
    response = client.get("/health/ready")
    assert response.status_code == 503
    replica = {"state": "none"}
    report = {"database": "down", "replica": replica, "index": "up", "backlog": None}
    assert response.json() == report
