"""How the cluster looks for words in a row. What it finds is in the contract: search/."""

import json

import pytest

from releases.search.opensearch.queries import build_query
from releases.search.query.parser import parse

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("phrase", ["of the", "one of the few"])
def test_words_in_a_row_are_looked_up_as_pairs(indexed, engine, phrase):
    indexed(body="It was one of the few.")
    question = {"query": build_query(parse(f'"{phrase}"').tree, engine._counts), "profile": True}
    told = engine.client.search(index=engine.generations.alias, body=question)

    assert told["hits"]["total"]["value"] == 1
    assert "text_exact._index_phrase" in json.dumps(told["profile"])
