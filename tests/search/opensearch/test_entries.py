"""Documents of releases. These tests need no cluster."""

import datetime

from haystack import connections

from releases.models import Release, Topic
from releases.search.analysis.entry_terms import Prose, entry_terms
from releases.search.opensearch.entries import (
    COUNT_DELIMITER,
    TERM_DELIMITER,
    document,
    mapping,
    tag_and_parents,
)
from tests.conftest import NOON

ODD = "A|B it's $32 billion | AB-2466 (916) 210-6000 El Niño 東京都 x_y 1,000|2 U.S. a||b"


def fields():
    return connections["default"].get_unified_index().all_searchfields().values()


def test_no_term_contains_a_delimiter():
    made = entry_terms(Prose(ODD, "en"))
    terms = [*made.exact, *made.stems]
    assert len(terms) > 20
    assert [term for term in terms if term.split() != [term]] == []
    assert [term for term in terms if COUNT_DELIMITER in term or TERM_DELIMITER in term] == []


def test_document_fits_the_mapping_and_keeps_words_in_order(publish):
    release = publish(title="The County’s clinic", body="A clinic opened.", language="es-MX")
    release.topics.add(Topic.objects.create(name="Health & Safety", slug="health"))
    index = connections["default"].get_unified_index().get_index(Release)
    prepared = index.full_prepare(index.public().get(pk=release.pk))
    made = document(prepared, fields(), (NOON, release.pk))

    assert made.keys() <= mapping(fields())["properties"].keys()
    assert made["title_exact"] == "the county clinic"
    assert "a clinic opened" in made["text_exact"]
    assert made["topic_pairs"] == ["health Health & Safety"]
    assert made["languages"] == ["es-mx", "es"]
    assert made["released"] == int(NOON.timestamp()) * 1_000_000
    assert made["date"] == datetime.date(2024, 5, 14)


def test_title_word_is_counted_with_the_boost(publish):
    release = publish(title="Levee", body="A levee broke.")
    index = connections["default"].get_unified_index().get_index(Release)
    prepared = index.full_prepare(index.public().get(pk=release.pk))
    made = document(prepared, fields(), (NOON, release.pk))
    counts = dict(term.split(COUNT_DELIMITER) for term in made["text"].split())
    assert int(counts[next(term for term in counts if term.startswith("leve"))]) == 2 + 3


def test_language_tag_includes_its_parents():
    assert tag_and_parents("zh-Hant-TW") == ["zh-hant-tw", "zh-hant", "zh"]
