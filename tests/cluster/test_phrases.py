"""Phrase lookup in the cluster. Its results are tested with both engines, in tests/search."""

import json

import pytest

from releases.search.opensearch.queries import build_query
from releases.search.query.parser import parse

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("phrase", ["of the", "one of the few"])
def test_phrases_are_looked_up_as_pairs(indexed, engine, phrase):
    indexed(body="It was one of the few.")
    body = {
        "query": build_query(parse(f'"{phrase}"').tree, engine.reader.count_terms),
        "profile": True,
    }
    response = engine.client.search(index=engine.generations.alias, body=body)

    assert response["hits"]["total"]["value"] == 1
    assert "text_exact._index_phrase" in json.dumps(response["profile"])
