"""Limits per visitor, which never affect other visitors."""

import pytest
from django.core.cache import caches

from pressroom.infra.http import throttling

DEAR = ["/search/?q=records", "/feeds/search.atom?q=records", "/api/v1/releases/"]


@pytest.fixture(autouse=True)
def allowance(monkeypatch):
    """Three searches a minute, none used yet."""
    caches["throttle"].clear()
    monkeypatch.setattr(throttling, "ALLOWANCE", 6)
    monkeypatch.setattr(throttling.time, "time", lambda: 1_000_025.0)


def statuses(client, count, address="/search/", **extra):
    return [client.get(address, **extra).status_code for _ in range(count)]


@pytest.mark.parametrize("address", DEAR)
def test_throttled_visitor_learns_when_to_retry(client, db, address):
    statuses(client, 4, address, REMOTE_ADDR="192.0.2.1")

    response = client.get(address, REMOTE_ADDR="192.0.2.1")

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "55"
    assert response.headers["Cache-Control"] == "no-store"
    assert "55 seconds" in response.text


def test_allowance_is_renewed_each_minute(client, db, monkeypatch):
    assert statuses(client, 4, REMOTE_ADDR="192.0.2.1")[-1] == 429
    monkeypatch.setattr(throttling.time, "time", lambda: 1_000_085.0)

    assert statuses(client, 1, REMOTE_ADDR="192.0.2.1") == [200]


def test_other_visitors_are_not_throttled(client, db):
    statuses(client, 9, REMOTE_ADDR="192.0.2.1")

    assert statuses(client, 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_pages_are_not_throttled(client, publish):
    address = publish().get_absolute_url()
    statuses(client, 9, REMOTE_ADDR="192.0.2.1")

    for page in ("/", "/releases/", address):
        assert client.get(page, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_forged_forwarded_address_is_ignored(client, db):
    for number in range(4):
        last = client.get(
            "/search/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": f"198.51.100.{number}"}
        )

    assert last.status_code == 429
    assert statuses(client, 1, REMOTE_ADDR="198.51.100.3") == [200]


def test_only_our_proxy_sets_the_client_address(client, db, settings):
    settings.HTTPS = "proxy"

    def asked(forwarded):
        headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
        return client.get("/search/", headers=headers, REMOTE_ADDR="127.0.0.1").status_code

    spoofed = [asked(f"203.0.113.{number}, 192.0.2.1") for number in range(4)]
    assert spoofed[-1] == 429
    assert asked("192.0.2.1, 203.0.113.3") == 200


def test_ipv6_network_counts_as_one_client(client, db):
    for number in range(4):
        last = client.get("/search/", REMOTE_ADDR=f"2001:db8:0:1::{number}")

    assert last.status_code == 429
    assert statuses(client, 1, REMOTE_ADDR="2001:db8:0:2::1") == [200]


def test_this_machine_is_not_counted(client, db):
    assert statuses(client, 9, REMOTE_ADDR="127.0.0.1") == [200] * 9


def test_typeset_release_costs_more_than_its_text(client, publish):
    number = publish().number

    assert statuses(client, 1, f"/releases/{number}.pdf", REMOTE_ADDR="192.0.2.1") == [429]
    assert statuses(client, 2, f"/releases/{number}.txt", REMOTE_ADDR="192.0.2.2") == [200, 200]


@pytest.mark.parametrize(
    ("address", "size", "advice"),
    [
        ("/search/", throttling.MAX_PUBLIC_BODY + 1, "shorten what you typed"),
        ("/es/search/", throttling.MAX_PUBLIC_BODY + 1, "acorte lo que escribió"),
        ("/admin/login/", throttling.MAX_STAFF_BODY + 1, "choose smaller files"),
        ("/", "many", "shorten what you typed"),
    ],
)
def test_too_large_body_is_refused_without_reading_it(client, db, address, size, advice):
    page = client.post(address, CONTENT_LENGTH=str(size))

    assert page.status_code == 413
    assert advice in page.text


def test_form_of_staff_may_be_long(client, db):
    sent = {"username": "a" * (throttling.MAX_PUBLIC_BODY + 1), "password": "b"}

    assert client.post("/admin/login/", sent).status_code == 200


@pytest.mark.parametrize("form", ["::ffff:192.0.2.{}", "::ffff:c000:020{}", "64:ff9b::192.0.2.{}"])
def test_mapped_ipv4_addresses_are_distinguished(client, db, form):
    assert statuses(client, 4, REMOTE_ADDR=form.format(1))[-1] == 429

    assert statuses(client, 1, REMOTE_ADDR=form.format(2)) == [200]
    assert statuses(client, 1, REMOTE_ADDR="192.0.2.1") == [429]


def test_this_machine_is_not_counted_by_any_of_its_names(client, db):
    assert statuses(client, 9, REMOTE_ADDR="::ffff:127.0.0.1") == [200] * 9


def test_address_with_a_zone_is_counted(client, db):
    assert statuses(client, 4, REMOTE_ADDR="fe80::1%eth0")[-1] == 429
