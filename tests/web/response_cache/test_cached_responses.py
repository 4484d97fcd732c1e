"""Cached responses are served only while a new one would be the same."""

import datetime
import time
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases import publishing
from releases.models import Release
from releases.search import worker
from releases.search.embedded import maintenance
from releases.web.response_cache import state
from releases.web.response_cache.store import responses
from tests.conftest import CHANGES, NOON

pytestmark = pytest.mark.django_db(transaction=True)
LIFT = NOON + datetime.timedelta(hours=2)
SECOND = datetime.timedelta(seconds=1)
OF_PROGRAMS = [
    *("/feeds/releases.atom", "/feeds/search.json?q=records", "/api/v1/releases/"),
    "/sitemap-releases.xml",
]
KEPT = [
    *("/", "/releases/", "/releases/2024/", "/topics/", "/search/?q=records", "/es/releases/"),
    *("/sitemap.xml", *OF_PROGRAMS),
]


@pytest.fixture(autouse=True)
def empty_shelf():
    responses.clear()


@pytest.fixture
def client(visitor):
    return visitor


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the site's clock: `clock(moment)`."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize("address", KEPT)
def test_answer_is_made_once_and_then_costs_one_query(
    client, publish, address, django_assert_num_queries
):
    publish()
    worker.sync()
    made = client.get(address)

    with django_assert_num_queries(1):
        again = client.get(address)

    assert again.content == made.content
    assert again.headers.keys() == made.headers.keys()
    assert {name for name in made.headers if made[name] != again[name]} <= {
        "X-Request-ID",
        "Cache-Control",  # of lists it tells seconds
    }


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", ["page", "/releases/"])
def test_no_change_is_shown_late(client, publish, change, place):
    release = publish()
    address = release.get_absolute_url() if place == "page" else place
    before = [client.get(address).content for _ in range(2)]
    assert before[0] == before[1]

    change(release)

    assert client.get(address).content != before[0]


@pytest.mark.parametrize("address", OF_PROGRAMS)
def test_withdrawals_reach_programs_without_delay(client, publish, address):
    release = publish()
    worker.sync()
    before = [release.number in client.get(address).text for _ in range(2)]

    publishing.withdraw(release, "It was wrong.")

    assert [*before, release.number in client.get(address).text] == [True, True, False]


@pytest.mark.parametrize("address", ["/", "/releases/", "/feeds/releases.rss", "/api/v1/releases/"])
def test_no_lift_is_shown_late_or_early(client, publish, clock, address):
    publish()
    publish(LIFT, title="At its moment")
    clock(LIFT - SECOND)
    early = [client.get(address).text for _ in range(2)]
    clock(LIFT)
    lifted = [client.get(address).text for _ in range(2)]
    clock(LIFT - SECOND)  # a clock that is set back

    assert ["At its moment" in text for text in (*early, *lifted)] == [False, False, True, True]
    assert "At its moment" not in client.get(address).text


def test_embargoed_page_appears_at_its_release_time(client, publish, clock):
    address = publish(LIFT).get_absolute_url()
    clock(LIFT - SECOND)
    assert [client.get(address).status_code for _ in range(2)] == [404, 404]

    clock(LIFT)

    assert client.get(address).status_code == 200


@pytest.mark.parametrize("is_slow", [False, True])
def test_search_after_a_rebuild_is_not_cached(client, publish, monkeypatch, is_slow):
    publish()
    worker.rebuild()
    before = client.get("/search/?q=records")
    made_with = responses.find(next(iter(responses._entries))).cache_policy.validity

    monkeypatch.setattr(maintenance, "MAX_SEGMENTS", 0)
    (worker.maintain if is_slow else worker.rebuild)()
    client.get("/search/?q=records")

    assert before.status_code == 200
    assert responses.find(next(iter(responses._entries))).cache_policy.validity != made_with


def test_signed_in_users_get_uncached_responses(admin_client, client, publish):
    publish()
    client.get("/")
    responses.clear()

    admin_client.get("/")

    assert not responses._entries


def test_cached_responses_depend_on_the_media_type(client, publish):
    address = publish().get_absolute_url()
    page, text = (
        client.get(address, headers={"Accept": kind})["Content-Type"]
        for kind in ("text/html", "text/plain")
    )

    assert page != text


BROWSERS = [
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "*/*",
]


def test_browsers_share_the_page(client, publish, django_assert_num_queries):
    address = publish().get_absolute_url()
    client.get(address)

    for accept in BROWSERS:
        with django_assert_num_queries(1):
            assert client.get(address, headers={"Accept": accept}).status_code == 200


def test_lost_connection_costs_no_visitor_an_error(client, publish):
    publish()
    made = client.get("/")
    connection.cursor().connection.close()  # as when the server was restarted

    assert client.get("/").content == made.content


@pytest.mark.parametrize("is_kept", [True, False])
def test_connection_that_the_server_ended_costs_no_visitor_an_error(client, publish, is_kept):
    publish()
    made = client.get("/")
    if not is_kept:
        responses.clear()
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    answer = client.get("/")

    assert (answer.status_code, answer.content) == (200, made.content)


def test_requests_in_quick_succession_share_a_state(
    client, publish, monkeypatch, django_assert_num_queries
):
    address = publish().get_absolute_url()
    made = client.get(address).content
    client.get(address)
    monkeypatch.setattr(state, "SNAPSHOT_MAX_AGE", 60)
    with django_assert_num_queries(0):
        assert client.get(address).content == made


def test_change_shows_after_the_snapshots_max_age(client, publish, monkeypatch):
    release = publish()
    client.get(release.get_absolute_url())
    monkeypatch.setattr(state, "SNAPSHOT_MAX_AGE", 0.05)
    Release.objects.filter(pk=release.pk).update(title="Changed")
    time.sleep(0.05)
    assert b"Changed" in client.get(release.get_absolute_url()).content


def test_new_responses_follow_current_visibility(client, publish, monkeypatch):
    monkeypatch.setattr(state, "SNAPSHOT_MAX_AGE", 60)
    release = publish()
    client.get("/releases/")  # asked just now
    Release.objects.filter(pk=release.pk).update(title="Changed")
    address = release.get_absolute_url()
    assert b"Changed" in client.get(address).content
    monkeypatch.setattr(state, "SNAPSHOT_MAX_AGE", 0)
    with CaptureQueriesContext(connection) as queries:
        assert b"Changed" in client.get(address).content
    assert len(queries) == 1


def test_cache_is_bypassed_within_a_transaction(client, publish):
    release = publish()
    address = release.get_absolute_url()
    before = client.get(address).content
    with transaction.atomic():
        Release.objects.update(title="Not yet committed")
        assert client.get(address).content != before


@pytest.mark.parametrize("address", ["/releases/", "/nowhere/"])
def test_unreadable_accept_header_gets_the_page(visitor, address):
    malformed = {"Accept": "a;x*=bogus'en'%41"}
    assert visitor.get(address, headers=malformed).status_code == visitor.get(address).status_code


def test_long_request_is_answered_but_not_cached(client, publish):
    publish()
    accept = "text/html, " + "a" * 50_000
    for _ in range(2):
        assert client.get("/", headers={"Accept": accept}).status_code == 200

    assert not responses._entries
