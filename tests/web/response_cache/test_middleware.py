"""Cached responses have the headers that Django would send."""

import logging

import pytest

from releases.web.response_cache import middleware
from releases.web.response_cache.store import CachedResponse, responses

pytestmark = pytest.mark.django_db(transaction=True)
FAR_AHEAD = "Fri, 01 Jan 2100 00:00:00 GMT"
LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT"


@pytest.fixture
def address(publish, visitor):
    """URL of a cacheable page."""
    responses.clear()
    address = publish().get_absolute_url()
    assert visitor.get(address).status_code == 200
    return address


@pytest.fixture
def unmade(monkeypatch):
    """Raise an error if Django has to render a response."""
    monkeypatch.setattr("pressroom.wsgi.cached_application.application", None)


def test_cached_page_is_served_without_django(visitor, address, unmade):
    assert b"</html>" in visitor.get(address).content


def test_matching_etag_gets_304(visitor, address, unmade):
    whole = visitor.get(address)
    short = visitor.get(address, headers={"If-None-Match": whole["ETag"]})
    assert (short.status_code, short.content) == (304, b"")
    unsaid = {"Content-Type", "Content-Length", "Content-Language"}
    assert whole.headers.keys() - short.headers.keys() == unsaid & whole.headers.keys()
    assert short["ETag"] == whole["ETag"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_etag_matches_in_any_valid_form(visitor, address, unmade, form):
    tags = form.format(visitor.get(address)["ETag"])
    assert visitor.get(address, headers={"If-None-Match": tags}).status_code == 304


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"'])
@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        *[(tags, True) for tags in ('"a"', 'W/"a"', '"b", W/"a"', 'W/"b",W/"a"', 'W/"b", "a"')],
        ("*", True),
        *[(tags, False) for tags in ('W/"b"', '"b", W/"c"', "", '"W/a"')],
    ],
)
def test_if_none_match_compares_weakly(etag, condition, matches):
    cached = CachedResponse(cache_policy=None, body=b"", headers={"ETag": etag})

    assert middleware._client_has({"HTTP_IF_NONE_MATCH": condition}, cached) is matches


@pytest.mark.parametrize("tags", ['"other"', "unquoted", ""])
def test_who_has_another_gets_the_whole(visitor, address, unmade, tags):
    assert visitor.get(address, headers={"If-None-Match": tags}).status_code == 200


@pytest.mark.parametrize("since", [FAR_AHEAD, LONG_AGO, "yesterday"])
def test_date_alone_never_gets_the_short_answer(visitor, address, since):
    for asked in (address, "/feeds/releases.atom", "/feeds/releases.atom"):
        answer = visitor.get(asked, headers={"If-Modified-Since": since})
        assert answer.status_code == 200
        assert "Last-Modified" not in answer.headers


def test_cached_304_is_sent_only_for_a_matching_etag(visitor, address):
    tag = {"If-None-Match": visitor.get(address)["ETag"]}
    responses.clear()
    assert visitor.get(address, headers=tag).status_code == 304
    assert visitor.get(address, headers=tag).status_code == 304
    assert b"</html>" in visitor.get(address).content


def test_outdated_conditions_are_left_to_django(visitor, address):
    assert visitor.get(address, headers={"If-Match": '"other"'}).status_code == 412
    assert visitor.get(address, headers={"If-Unmodified-Since": LONG_AGO}).status_code == 412


def test_logged_request_id_is_the_one_sent(visitor, address, unmade, caplog):
    caplog.set_level(logging.INFO, logger="pressroom.requests")
    answer = visitor.get(address, headers={"X-Request-ID": "0123abcd-front"})
    assert answer["X-Request-ID"] == "0123abcd-front"
    [record] = caplog.records
    assert record.getMessage() == "GET"
    assert (record.said["path"], record.said["status"]) == (address, 200)
