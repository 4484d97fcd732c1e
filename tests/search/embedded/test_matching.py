import datetime

import pytest

from releases.models import Release, Topic
from releases.search.engine import Filters, Visibility
from releases.search.query.parser import parse, relax
from tests.conftest import NOON

pytestmark = pytest.mark.contract


@pytest.fixture
def found(engine):
    """Return a function from a query to matching ids, best first."""

    def find(query, order="relevance"):
        return list(engine.find(parse(query).tree, Visibility(), order, size=100).ids)

    return find


@pytest.mark.parametrize(
    "query",
    [
        "ibanez",
        "California’s trafficked",
        "$32 billion",
        "$32,000,000,000",
        "AB 2466",
        "Assembly Bill 2466",
        "sb-1133",
        "Sinaloa -Zetas",
        "sinaloa OR zetas",
        '"human trafficking"',
        '"La Familia and Sinaloa cartels"',
        '"ibanez today signed"',
        "title:accord",
        'title:"human trafficking"',
        "contact:916-210-6000",
        'said:"smart on crime"',
        "said:dismantling",
        "traffick*",
        "title:investig*",
        "year:2012",
        "after:2012-09-21 before:2012-09-22",
        "September 21, 2012",
        "number:2012-0001",
        "language:en",
        "-zetas",
        "*",
    ],
)
def test_release_is_found(accord, found, query):
    assert found(query) == [accord.pk]


@pytest.mark.parametrize(
    "query",
    [
        "zetas",
        "trafficking zetas",
        "trafficking -Sinaloa",
        '"trafficking human"',
        '"human traffickings"',
        '"Sinaloa and La Familia"',
        "title:Sinaloa",
        'title:"Sinaloa cartels"',
        "contact:Sinaloa",
        "said:Sinaloa",
        "$33 billion",
        "AB 1133",
        "sinaloan*",
        "year:2011",
        "before:2012-09-21",
        "after:2012-09-22",
        "number:2012-0002",
        "language:es",
        "-(zetas OR trafficking)",
        "topic:crime",
    ],
)
def test_release_is_not_found_by_text_it_lacks(accord, found, query):
    assert found(query) == []


def test_word_in_the_title_counts_more(indexed, found):
    low = indexed(title="Report on Water", body="A word on wildfires, wildfires and wildfires.")
    high = indexed(title="Report on Wildfires", body="A report was published today.")
    assert found("wildfires") == [high.pk, low.pk]


def test_newer_of_two_equal_matches_is_first(indexed, found):
    old = indexed(release_at=datetime.datetime(2014, 5, 14, tzinfo=datetime.UTC))
    new = indexed()
    assert found("records") == [new.pk, old.pk]


def test_rare_word_counts_more_than_a_common_one(indexed, found):
    for number in range(5):
        indexed(title=f"Notice {number}", body="The county opened a clinic.")
    rare = indexed(title="Notice", body="The county opened a planetarium.")
    assert found("clinic OR planetarium")[0] == rare.pk


def test_each_language_has_its_own_stemmer(indexed, found):
    spanish = indexed(language="es", title="Aviso", body="Las casas siguen vacías.")
    english = indexed(title="Notice", body="The city is quiet.")
    assert found("casa") == [spanish.pk]
    assert found("cities") == [english.pk]


def test_topic_is_found_by_slug_or_name(indexed, found):
    topic = Topic.objects.create(name="Human Trafficking", slug="human-trafficking")
    release = indexed(topics=[topic])
    indexed(title="Another")
    assert found("topic:human-trafficking") == found('topic:"Human Trafficking"') == [release.pk]


def test_language_matches_its_regional_variants(indexed, found):
    release = indexed(language="es-MX")
    assert found("language:es") == found("language:es-mx") == [release.pk]
    assert found("language:en") == []


def test_newest_first_is_a_total_order(indexed, found):
    first, second = indexed(), indexed()
    assert found("records", "newest") == [second.pk, first.pk]


def test_most_words_suffice_with_match_most(indexed, engine):
    release = indexed(title="Stalking Awareness Month", body="Perrelli hosts a meeting.")
    indexed(title="Awareness", body="A month.")
    query = relax(parse("Perelli stalking awareness month"))
    assert engine.find(query.tree, Visibility()).ids == (release.pk,)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(year=2024), 1),
        (Filters(year=2023), 0),
        (Filters(year=9999), 0),
        (Filters(language="en"), 1),
        (Filters(since=datetime.date(2024, 5, 14), until=datetime.date(2024, 5, 14)), 1),
        (Filters(since=datetime.date(2024, 5, 15)), 0),
        (Filters(until=datetime.date(2024, 5, 13)), 0),
        (Filters(until=datetime.date.max), 1),
        (Filters(topic="none"), 0),
    ],
)
def test_filters_narrow(indexed, engine, filters, count):
    release = indexed()
    for node in filters.nodes():
        assert engine.find(node, Visibility()).total == count
    assert release.date == datetime.date(2024, 5, 14)


def test_stop_words_need_not_match_next_to_other_words(indexed, found):
    release = indexed(title="Levee", body="Repairs begin.")
    assert found("what was said about the levee") == [release.pk]
    assert found("what about the") == []
    assert found('"the levee"') == []


@pytest.mark.parametrize("text", ["lev*", "leve*", "levee*", "title:lev*", "title:leve*"])
def test_prefix_of_any_length_matches(indexed, found, text):
    release = indexed(title="Levee Repaired", body="The levee held.")
    indexed(title="Elevator Repaired", body="It is for twelve people.")
    assert found(text) == [release.pk]


def test_matches_after_a_cursor(indexed, engine):
    older, *others = [indexed() for _ in range(3)]
    later = indexed(release_at=NOON + datetime.timedelta(microseconds=1))
    everything = engine.find(None, Visibility(), "newest").ids
    assert everything == (later.pk, others[1].pk, others[0].pk, older.pk)
    for number, pk in enumerate(everything):
        cursor = (Release.objects.get(pk=pk).release_at, pk)
        found = engine.find(None, Visibility(), "newest", after=cursor)
        assert found.ids == everything[number + 1 :]
        assert found.total == len(found.ids)
