"""Writers and readers in any order: no visitor gets a stale response."""

import datetime
import itertools
import os
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from releases.models import Topic
from releases.web.response_cache.store import responses
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
WRITES = {
    "retitle": "UPDATE releases_release SET title = %(text)s WHERE id = %(release)s",
    "rename a topic": "UPDATE releases_topic SET name = %(text)s WHERE slug = %(slug)s",
    "sign in": "INSERT INTO django_session VALUES (%(text)s, '', now())",
    "commit": "COMMIT",
    "roll back": "ROLLBACK",
}
HOURS = range(4)
# Two writers, whose transactions stay open between steps; each has a release and a topic.
steps = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(list(WRITES)))
    | st.tuples(st.just("read"), st.sampled_from(HOURS))
    | st.tuples(st.just("clock"), st.sampled_from(HOURS))
    | st.just(("restart", 0)),
    min_size=4,
    max_size=24,
)
texts = map(str, itertools.count())


@pytest.fixture
def public(publish):
    """Two public releases with a topic each; three are under embargo."""
    releases = [publish(title=f"Public {number}") for number in range(2)]
    for number, release in enumerate(releases):
        release.topics.add(Topic.objects.create(name=f"T{number}", slug=f"t{number}"))
    for hour in HOURS[1:]:
        publish(NOON + datetime.timedelta(hours=hour), title=f"Lifted after {hour}")
    return releases


@given(steps=steps)
@settings(
    max_examples=int(os.environ.get("INTERLEAVINGS", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_no_order_of_writes_and_reads_gives_a_stale_response(visitor, public, monkeypatch, steps):
    places = ["/", "/releases/", *(release.get_absolute_url() for release in public)]
    parameters = connection.get_connection_params()
    with (
        closing(psycopg2.connect(**parameters)) as one,
        closing(psycopg2.connect(**parameters)) as other,
    ):
        for who, what in [*steps, ("read", 0), ("read", 1), ("read", 2), ("read", 3)]:
            if who == "restart":
                responses.clear()  # the file stays
            elif who == "read":
                assert visitor.get(places[what]).content == uncached(visitor, places[what])
            elif who == "clock":
                moment = NOON + datetime.timedelta(hours=what, seconds=1)
                monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
            else:
                values = {"text": next(texts), "release": public[who].pk, "slug": f"t{who}"}
                (one, other)[who].cursor().execute(WRITES[what], values)


def uncached(visitor, place):
    """Return the page as rendered now: a request with a session is neither served nor stored."""
    return visitor.get(
        place, headers={"Cookie": f"{django_settings.SESSION_COOKIE_NAME}=x"}
    ).content


def test_responses_are_served_from_the_cache_between_unseen_writes(visitor, public):
    visitor.get("/")
    made = dict(responses._entries)
    with connection.cursor() as cursor:
        cursor.execute(WRITES["sign in"], {"text": next(texts)})

    visitor.get("/")

    assert dict(responses._entries) == made
