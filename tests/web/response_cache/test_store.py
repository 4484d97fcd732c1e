"""Kept answers are given again just as long as they would be made the same."""

import datetime
import threading
import time
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases import publishing
from releases.models import Release, Topic
from releases.search import outbox
from releases.web.response_cache import store
from releases.web.response_cache.store import CachedResponse, ResponseCache
from tests.conftest import CHANGES, NOON

pytestmark = pytest.mark.django_db(transaction=True)
LIFT = NOON + datetime.timedelta(hours=2)
SECOND = datetime.timedelta(seconds=1)
KEPT = [
    *("/", "/releases/", "/releases/2024/", "/topics/", "/search/?q=records", "/es/releases/"),
    *("/feeds/releases.atom", "/feeds/search.json?q=records", "/api/v1/releases/"),
]


@pytest.fixture(autouse=True)
def empty_shelf():
    store.responses.clear()


@pytest.fixture
def client(visitor):
    return visitor


@pytest.fixture
def clock(monkeypatch):
    """Set the site's clock: `clock(moment)`."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize("address", KEPT)
def test_answer_is_made_once_and_then_costs_one_query(
    client, publish, address, django_assert_num_queries
):
    publish()
    outbox.sync()
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


@pytest.mark.parametrize("address", KEPT[-3:])
def test_no_withdrawal_is_told_late_to_programs(client, publish, address):
    release = publish()
    outbox.sync()
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


def test_page_under_embargo_is_there_from_its_lift_on(client, publish, clock):
    address = publish(LIFT).get_absolute_url()
    clock(LIFT - SECOND)
    assert [client.get(address).status_code for _ in range(2)] == [404, 404]

    clock(LIFT)

    assert client.get(address).status_code == 200


def test_search_by_an_index_made_anew_is_answered_anew(client, publish):
    publish()
    outbox.rebuild()
    before = client.get("/search/?q=records")
    made_with = store.responses.find(next(iter(store.responses._entries))).cache_policy.state

    outbox.rebuild()
    client.get("/search/?q=records")

    assert before.status_code == 200
    assert (
        store.responses.find(next(iter(store.responses._entries))).cache_policy.state != made_with
    )


def test_who_is_signed_in_is_answered_anew(admin_client, client, publish):
    publish()
    client.get("/")
    store.responses.clear()

    admin_client.get("/")

    assert not store.responses._entries


def test_what_another_media_type_got_is_not_given(client, publish):
    address = publish().get_absolute_url()
    page, text = (
        client.get(address, headers={"Accept": kind})["Content-Type"]
        for kind in ("text/html", "text/plain")
    )

    assert page != text


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
        store.responses.clear()
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    answer = client.get("/")

    assert (answer.status_code, answer.content) == (200, made.content)


def test_threads_that_ask_at_once_share_what_is_asked_after_they_came(publish, monkeypatch):
    """Each question counts itself in the database, and takes a while."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE asked")
    counting = "SELECT nextval('asked')::text, pg_sleep(0.5)::text"
    monkeypatch.setattr(store, "SNAPSHOT_QUERY", counting)
    told = []

    def ask():
        told.append(store._current_snapshot())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    threads[0].start()
    while not store._single_flights["default"]._query_lock.locked():
        time.sleep(0.001)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(int(number) for number, _ in told)
    with connection.cursor() as cursor:
        cursor.execute("DROP SEQUENCE asked")
    assert numbers == [1, 2, 2, 2, 2, 2]


def test_requests_in_quick_succession_share_what_one_of_them_was_told(
    client, publish, monkeypatch, django_assert_num_queries
):
    address = publish().get_absolute_url()
    made = client.get(address).content
    client.get(address)
    monkeypatch.setattr(store, "SNAPSHOT_MAX_AGE", 60)
    with django_assert_num_queries(0):
        assert client.get(address).content == made


def test_answer_is_given_late_by_no_more_than_its_share(client, publish, monkeypatch):
    release = publish()
    client.get(release.get_absolute_url())
    monkeypatch.setattr(store, "SNAPSHOT_MAX_AGE", 0.05)
    Release.objects.filter(pk=release.pk).update(title="Changed")
    time.sleep(0.05)
    assert b"Changed" in client.get(release.get_absolute_url()).content


def test_what_is_made_anew_goes_by_what_is_visible_then(client, publish, monkeypatch):
    monkeypatch.setattr(store, "SNAPSHOT_MAX_AGE", 60)
    release = publish()
    client.get("/releases/")  # asked just now
    Release.objects.filter(pk=release.pk).update(title="Changed")
    address = release.get_absolute_url()
    assert b"Changed" in client.get(address).content
    monkeypatch.setattr(store, "SNAPSHOT_MAX_AGE", 0)
    with CaptureQueriesContext(connection) as queries:
        assert b"Changed" in client.get(address).content
    assert len(queries) == 1


def test_within_a_transaction_nothing_kept_is_given(client, publish):
    release = publish()
    address = release.get_absolute_url()
    before = client.get(address).content
    with transaction.atomic():
        Release.objects.update(title="Not yet committed")
        assert client.get(address).content != before


def test_state_tells_databases_of_one_server_apart(rf):
    state = store.state(rf.get("/"), timezone.now())

    assert connection.settings_dict["NAME"] in state.snapshot


def test_shelf_holds_so_many_bytes_and_lets_go_of_the_oldest(monkeypatch):
    monkeypatch.setattr(store, "MAX_BYTES", 3 * (101 + store.OVERHEAD))
    responses = ResponseCache()
    for name in "abc":
        responses.store((name,), CachedResponse(None, b"x" * 100, {}))
    responses.find(("a",))
    responses.store(("d",), CachedResponse(None, b"x" * 100, {}))

    assert [bool(responses.find((name,))) for name in "abcd"] == [True, False, True, True]


def test_counts_beside_a_list_are_made_once_for_all_its_pages(
    client, publish, django_assert_max_num_queries
):
    publish()
    client.get("/releases/")

    with django_assert_max_num_queries(4):  # the state, the lifts around it, the rows
        client.get("/releases/?page=1")


def test_counts_are_true_after_a_change(client, publish):
    release = publish()
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    client.get("/releases/?page=1")
    before = client.get("/topics/").text

    publishing.withdraw(release, "It was wrong.")

    assert "Water" in before
    assert "Water" not in client.get("/topics/").text


def test_keys_and_headers_count_in_the_size():
    responses = ResponseCache()
    kept = CachedResponse(cache_policy=None, body=b"", headers={"Link": "l" * 10_000})
    for number in range(1000):
        responses.store((f"{number}", "a" * 10_000), kept)

    assert 100 < len(responses._entries) < store.MAX_BYTES / 20_000


def test_long_request_is_answered_and_not_kept(client, publish):
    publish()
    accept = "text/html, " + "a" * 50_000
    for _ in range(2):
        assert client.get("/", headers={"Accept": accept}).status_code == 200

    assert not store.responses._entries
