"""Counts of old addresses that lead nowhere."""

import datetime

import pytest

from releases.models import MissedAddress, redirects
from releases.web import missed_addresses

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 5, 14)


def counted(day=DAY):
    missed_addresses.counter.write(day)
    return {row.address: row.hits for row in MissedAddress.objects.all()}


def test_missed_addresses_are_counted_and_written_later(client, django_assert_num_queries):
    client.get("/news/old.html")
    with django_assert_num_queries(0):
        for _ in range(3):
            missed_addresses.counter.add("/news/old.html")
    client.get("/news/page.aspx?id=7&utm_source=mail")

    assert counted() == {"/news/old.html": 4, "/news/page.aspx?id=7": 1}
    missed_addresses.counter.add("/news/OLD.html")
    assert counted(DAY + datetime.timedelta(1))["/news/old.html"] == 5
    assert MissedAddress.objects.latest("last_seen").hits == 5


@pytest.mark.parametrize(
    "asked",
    [
        *("/releases/2099-0001/x/", "/preview/x", "/.env", "/wp-login.php", "/a/xmlrpc.php"),
        *("/mail/ana@example.gov", "/" + "a" * 400, "/api/v2/x", "/media/x"),
    ],
)
def test_what_is_no_old_address_is_not_counted(client, asked):
    client.get(asked)
    client.post("/posted.html")

    assert counted() == {}


def test_values_that_may_name_a_person_are_not_stored(client):
    client.get("/page.aspx?id=7&mail=ana%40example.gov&name=Ana+Roe", headers={"referer": "/x?a=b"})

    assert counted() == {"/page.aspx?id=7": 1}


def test_flood_of_random_addresses_stays_bounded(monkeypatch):
    monkeypatch.setattr(redirects, "MAX_MISSED", 50)
    MissedAddress.objects.create(key="/known", address="/known", hits=9, last_seen=DAY)
    for number in range(1_000):
        missed_addresses.counter.add(f"/random-{number}")

    found = counted()

    assert len(found) == 50
    assert found["/known"] == 9


def test_writer_of_counts_survives_a_failing_database(monkeypatch):
    monkeypatch.setattr(redirects, "RECORD", "SELECT 1 / 0, %s, %s, %s, %s")
    missed_addresses.counter.add("/old")

    assert counted() == {}
