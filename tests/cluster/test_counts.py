"""Cached counts in the cluster."""

import pytest

from releases import publishing
from releases.search import worker
from releases.search.engine import Visibility
from releases.search.query.parser import parse

pytestmark = pytest.mark.cluster


def cache_counts(engine):
    """Return the hits and misses of the shards' request cache."""
    stats = engine.client.indices.stats(index=engine.generations.alias, metric="request_cache")
    counts = stats["_all"]["total"]["request_cache"]
    return counts["hit_count"], counts["miss_count"]


def test_counts_are_cached_across_pages_and_orders(indexed, engine):
    for _ in range(3):
        indexed(body="A notice.")
    tree, visibility = parse('"a notice"').tree, Visibility()
    engine.find(tree, visibility, size=1)
    hits, misses = cache_counts(engine)

    assert engine.find(tree, visibility, first=1, size=1).total == 3
    assert engine.find(tree, visibility, "newest", size=1).total == 3
    assert cache_counts(engine)[0] >= hits + 2
    assert cache_counts(engine)[1] == misses


def test_cached_counts_leave_out_withdrawn_releases(indexed, engine):
    kept, withdrawn = indexed(body="A notice."), indexed(body="A notice.")
    tree = parse("notice").tree
    assert engine.find(tree, Visibility()).total == 2

    publishing.withdraw(withdrawn, "It named a wrong person.")

    found = engine.find(tree, Visibility())  # still in the index
    assert (found.ids, found.total, sum(found.facets.years.values())) == ((kept.pk,), 1, 1)
    worker.process_all()
    assert engine.find(tree, Visibility()) == found
