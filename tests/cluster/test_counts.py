"""What the cluster remembers of a search."""

import pytest

from releases import publishing
from releases.search import worker
from releases.search.engine import Gate
from releases.search.query.parser import parse

pytestmark = pytest.mark.cluster


def memory(engine):
    """How often shards had the answer in mind, and how often not."""
    told = engine.client.indices.stats(index=engine.generations.alias, metric="request_cache")
    counts = told["_all"]["total"]["request_cache"]
    return counts["hit_count"], counts["miss_count"]


def test_counts_are_remembered_for_each_page_and_order(indexed, engine):
    for _ in range(3):
        indexed(body="A notice.")
    tree, gate = parse('"a notice"').tree, Gate()
    engine.find(tree, gate, size=1)
    hits, misses = memory(engine)

    assert engine.find(tree, gate, first=1, size=1).total == 3
    assert engine.find(tree, gate, "newest", size=1).total == 3
    assert memory(engine)[0] >= hits + 2
    assert memory(engine)[1] == misses


def test_what_is_remembered_tells_nothing_of_what_was_withdrawn(indexed, engine):
    kept, withdrawn = indexed(body="A notice."), indexed(body="A notice.")
    tree = parse("notice").tree
    assert engine.find(tree, Gate()).total == 2

    publishing.withdraw(withdrawn, "It named a wrong person.")

    found = engine.find(tree, Gate())  # the index does not know yet
    assert (found.ids, found.total, sum(found.facets.years.values())) == ((kept.pk,), 1, 1)
    worker.process_all()
    assert engine.find(tree, Gate()) == found
