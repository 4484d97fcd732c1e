"""Counts of searches that find nothing or little."""

import datetime

import pytest

from releases.models import MissedSearch, search_words
from releases.search import outbox, worker
from releases.web import missed_searches

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2024, 5, 13)


def counted(day=MONDAY):
    missed_searches.counter.write(day)
    return {row.query: (row.searches, row.results) for row in MissedSearch.objects.all()}


@pytest.fixture
def indexed(publish):
    for _ in range(3):
        outbox.enqueue([publish(title="Water Rules").pk])
    worker.sync()


@pytest.mark.usefixtures("indexed")
def test_searches_without_results_are_counted_by_week(client, django_assert_num_queries):
    for query in ("Drout", "drout ", "water", "Wáter drout", "water -rules"):
        client.get("/search/", {"q": query})
    client.get("/search/?q=nothing&year=1999")
    client.get("/search/?q=drout&page=2")
    with django_assert_num_queries(0):
        missed_searches.counter.count("drout", 0)

    assert counted() == {"drout": (3, 0), "water drout": (1, 0), "water": (1, 0)}
    client.get("/search/?q=drout")
    assert counted(MONDAY + datetime.timedelta(6))["drout"] == (4, 0)
    missed_searches.counter.count("drout", 0)
    counted(MONDAY + datetime.timedelta(7))
    assert MissedSearch.objects.filter(query="drout").count() == 2


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    "query",
    [
        *("ana@example.gov", "(916) 210-6000", "916 210 6000", "account 12345", "1/2/1980 12"),
        *("contact:roe", "title:drout", "year:1999", "q" * 101, "!!!", "ab " + "1 " * 7),
    ],
)
def test_what_may_be_personal_or_is_no_search_is_not_counted(client, query):
    client.get("/search/", {"q": query})

    assert counted() == {}


def test_flood_of_random_searches_stays_bounded(monkeypatch):
    monkeypatch.setattr(search_words, "MAX_MISSED", 50)
    MissedSearch.objects.create(query="known", week=MONDAY, searches=9, results=0)
    old = MONDAY - datetime.timedelta(weeks=27)
    MissedSearch.objects.create(query="old", week=old, searches=99, results=0)
    for number in range(1_000):
        missed_searches.counter.count(f"random {number}", 0)

    found = counted()

    assert len(found) == 49  # “old” made room, too
    assert found["known"] == (9, 0)
    assert "old" not in found
