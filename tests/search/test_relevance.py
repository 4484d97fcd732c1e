"""Relevance on judged queries does not fall below a threshold."""

import datetime

import pytest

from releases import publishing
from releases.models import Release
from releases.search import outbox, similarity, worker
from releases.search.query.parser import parse
from releases.search.results import search
from tests.search.judged import JUDGED, RELEASES
from tools.bench.relevance import DEPTH, TOP, measure

pytestmark = pytest.mark.contract


@pytest.fixture
def ask(make_release):
    """Return a function that searches RELEASES and returns keys, best first."""
    keys = {}
    for key, (title, body, date, language) in RELEASES.items():
        day = datetime.date.fromisoformat(date)
        release = make_release(title=title, body=body, date=day, language=language, contact="")
        keys[publishing.approve(release, release.start_of_day()).pk] = key
    outbox.enqueue(keys)
    worker.sync()
    while similarity.update_due():
        pass
    assert Release.objects.count() == len(RELEASES)
    return lambda query: [keys[hit.release.pk] for hit in search(parse(query)).hits]


def test_relevance_of_judged_queries(ask):
    relevance = measure(JUDGED, ask)
    assert relevance.success_at(DEPTH) == 1, relevance.missed
    assert relevance.success_at(TOP) >= 0.97, relevance.missed
    assert relevance.mrr >= 0.95, relevance.missed
    assert relevance.ndcg >= 0.95, relevance.missed
