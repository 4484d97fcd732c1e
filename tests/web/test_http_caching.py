"""Cache headers and conditional requests."""

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from releases import publishing
from releases.search import worker
from tests.conftest import CHANGES, NOON

LISTS = ["/", "/releases/", "/releases/2024/", "/corrections/", "/topics/", "/search/?q=records"]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the site's clock: `clock(moment)`."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def again(client, address, first):
    return client.get(address, headers={"If-None-Match": first.headers["ETag"]})


@pytest.mark.parametrize("address", LISTS)
def test_list_is_shown_for_seconds_and_while_the_site_is_down(client, publish, clock, address):
    publish()
    worker.sync()
    clock(NOON + datetime.timedelta(seconds=5))

    response = client.get(address)

    assert response.headers["Cache-Control"] == "public, max-age=10, stale-if-error=300"
    assert response.headers["ETag"].startswith('"')
    assert again(client, address, response).status_code == 304


def test_list_is_never_shown_past_the_minute(client, publish, clock):
    publish()
    clock(NOON + datetime.timedelta(seconds=56.5))

    assert "max-age=3," in client.get("/").headers["Cache-Control"]


def test_list_is_never_shown_past_a_lift_off_the_minute(client, publish, clock):
    publish(NOON + datetime.timedelta(seconds=14))
    clock(NOON + datetime.timedelta(seconds=10))

    assert "max-age=4," in client.get("/").headers["Cache-Control"]


def test_coming_lift_on_the_minute_changes_no_header(client, publish, clock):
    publish()
    clock(NOON + datetime.timedelta(seconds=55))
    without = client.get("/").headers["Cache-Control"]
    cache.clear()
    publish(NOON + datetime.timedelta(minutes=1), title="Not yet")

    assert client.get("/").headers["Cache-Control"] == without


def test_release_page_is_revalidated(client, corrected):
    address = corrected.get_absolute_url()
    below = ("", "cite/", "versions/", "versions/1/", "versions/1..2/")
    base = f"/releases/{corrected.number}/"
    for place in (address, *(base + part for part in below if part)):
        response = client.get(place)
        assert response.headers["Cache-Control"] == "public, no-cache", place
        assert again(client, place, response).status_code == 304, place


@pytest.mark.parametrize("address", ["/no/such/page/", "/releases/2024-9999/no/"])
def test_not_found_is_not_cached(client, db, address):
    assert client.get(address).headers["Cache-Control"] == "no-cache"


def test_matching_etag_renders_nothing(
    visitor, publish, django_assert_num_queries, transactional_db
):
    address = publish().get_absolute_url()
    first = visitor.get(address)
    again(visitor, address, first)

    with django_assert_num_queries(1):
        response = again(visitor, address, first)

    assert response.status_code == 304
    assert response.headers["ETag"] == first.headers["ETag"]
    assert response.headers["Vary"] == first.headers["Vary"]
    assert response.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_visible_immediately(visitor, publish, change):
    release = publish()
    address = release.get_absolute_url()
    first = visitor.get(address)
    assert [again(visitor, address, first).status_code for _ in range(2)] == [304, 304]

    change(release)

    assert again(visitor, address, first).status_code != 304


@pytest.mark.django_db(transaction=True)
def test_end_of_an_embargo_is_visible_immediately(client, publish, clock):
    publish()
    lift = NOON + datetime.timedelta(hours=2)
    publish(lift, title="At its moment")
    clock(lift - datetime.timedelta(seconds=1))
    first = client.get("/")
    assert [again(client, "/", first).status_code for _ in range(2)] == [304, 304]

    clock(lift)

    response = again(client, "/", first)
    assert response.status_code == 200
    assert "At its moment" in response.text


@pytest.mark.django_db(transaction=True)
def test_etag_is_unaffected_by_invisible_changes(client, publish, make_release):
    publish()
    first = client.get("/")
    make_release(title="A new draft")

    assert client.get("/").headers["ETag"] == first.headers["ETag"]
    assert again(client, "/", first).status_code == 304


def test_withdrawn_release_leaves_a_cached_list(client, publish):
    release = publish()
    first = client.get("/")
    publishing.withdraw(release, "It was wrong.")

    assert again(client, "/", first).status_code == 200


def test_head_has_the_headers_of_get(client, publish):
    address = publish().get_absolute_url()
    got, head = client.get(address), client.head(address)

    for name in ("ETag", "Cache-Control", "Vary", "Content-Length"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "address",
    ["/feeds/releases.atom", "/api/v1/releases/", "/api/v1/releases/{}/", "/releases/{}.txt"],
)
def test_machine_readable_304_has_the_headers_of_200(
    visitor, publish, django_assert_num_queries, address
):
    address = address.format(publish().number)
    first = visitor.get(address)
    again(visitor, address, first)

    with django_assert_num_queries(1):
        short = again(visitor, address, first)

    assert short.status_code == 304
    for name in ("ETag", "Cache-Control", "Access-Control-Allow-Origin", "Last-Modified"):
        assert short.headers.get(name) == first.headers.get(name), name


FAR_AHEAD = "Fri, 01 Jan 2100 00:00:00 GMT"
DATELESS = [
    *LISTS,
    *("/feeds/releases.atom", "/feeds/releases.rss", "/feeds/releases.json"),
    *("/feeds/search.atom?q=records", "/api/v1/releases/", "/api/v1/releases.csv"),
    *("/releases/2024-0001.txt", "/releases/2024-0001.json", "/api/v1/releases/2024-0001/"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_if_modified_since_alone_sees_every_change(client, publish, change):
    release = publish()
    worker.sync()
    change(release)

    for address in DATELESS:
        answer = client.get(address, headers={"If-Modified-Since": FAR_AHEAD})
        assert answer.status_code != 304, address
        assert "Last-Modified" not in answer.headers, address
