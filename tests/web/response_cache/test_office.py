"""Cached responses follow the office at once, at no query more."""

import pytest

from pressroom.infra import office
from releases import publishing
from releases.models import Office
from releases.web.response_cache.store import responses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("address", ["/", "/feeds/releases.atom", "/feeds/releases.json"])
def test_change_elsewhere_shows_in_the_next_response(
    visitor, address, monkeypatch, django_assert_num_queries
):
    responses.clear()
    monkeypatch.setattr(office, "forget", lambda: None)  # as in another process
    before = [visitor.get(address).content for _ in range(2)]

    publishing.save_office(Office(name="Elm County"))
    after = visitor.get(address)

    assert before[0] == before[1]
    assert b"Elm County" in after.content
    with django_assert_num_queries(1):
        assert visitor.get(address).content == after.content
