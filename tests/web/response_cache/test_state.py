"""State of the database that cached responses depend on."""

import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from releases.web.response_cache import state

pytestmark = pytest.mark.django_db(transaction=True)


def test_concurrent_threads_share_one_query_started_after_they_arrived(publish, monkeypatch):
    """Each query counts itself in the database, and takes a while."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE asked")
    counting = "SELECT nextval('asked')::text, pg_sleep(0.5)::text"
    monkeypatch.setattr(state, "SNAPSHOT_QUERY", counting)
    told = []

    def ask():
        told.append(state._current_snapshot())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    threads[0].start()
    while not state._single_flights["default"]._query_lock.locked():
        time.sleep(0.001)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(int(number) for number, _ in told)
    with connection.cursor() as cursor:
        cursor.execute("DROP SEQUENCE asked")
    assert numbers == [1, 2, 2, 2, 2, 2]


def test_threads_use_a_snapshot_that_is_young_enough_while_another_is_queried(monkeypatch):
    flight = state._SingleFlight()
    monkeypatch.setattr(state, "_query_snapshot", str)
    flight.read("first", 0)
    read = []

    def query(database):
        reading = threading.Thread(target=lambda: read.append(flight.read("third", 60)))
        reading.start()
        reading.join()
        return database

    monkeypatch.setattr(state, "_query_snapshot", query)
    flight._last = time.monotonic() - 50, "first"
    assert flight.read("second", 60) == "second"
    assert read == ["first"]


def test_state_differs_between_databases_of_one_server():
    found = state.read_state(timezone.now())

    assert connection.settings_dict["NAME"] in found.snapshot


def test_same_database_has_the_same_state_until_an_embargo_lifts(
    publish, in_an_hour, django_assert_num_queries
):
    publish(in_an_hour)
    found = state.read_state(timezone.now())
    with django_assert_num_queries(1):
        assert state.read_state(timezone.now()) is found
    assert found.until <= in_an_hour
    after = state.read_state(in_an_hour)
    assert after.since == in_an_hour
    publish()
    assert state.read_state(timezone.now()).snapshot != found.snapshot
