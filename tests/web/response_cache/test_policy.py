"""Results cached per state of the database."""

from itertools import product

import pytest

from releases import publishing
from releases.models import Topic
from releases.web.response_cache.policy import request_key
from releases.web.response_cache.store import responses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_cache():
    responses.clear()


@pytest.fixture
def client(visitor):
    return visitor


def test_list_counts_are_computed_once_for_all_pages(
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


FORWARDED = ("http", "https", "HTTPS", "https, http", "ftp", "", " https")


@pytest.mark.parametrize("trusted", [("HTTP_X_FORWARDED_PROTO", "https"), None])
def test_requests_with_the_same_key_have_the_same_scheme(rf, settings, trusted):
    settings.SECURE_PROXY_SSL_HEADER = trusted
    schemes = {}
    for scheme, forwarded in product(("http", "https"), (*FORWARDED, None)):
        request = rf.get(
            "/", headers={"X-Forwarded-Proto": forwarded} if forwarded is not None else {}
        )
        request.META["wsgi.url_scheme"] = request.environ["wsgi.url_scheme"] = scheme
        key = request_key(request.META)
        assert schemes.setdefault(key, request.scheme) == request.scheme
