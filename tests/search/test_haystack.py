"""Haystack's interface to the engines. Each test fails with Haystack's own Whoosh backend, or with
its default usage."""

import datetime
import pickle

import pytest
from django.core.management import call_command
from haystack import connections
from haystack.exceptions import SearchBackendError
from haystack.query import SearchQuerySet

from releases.models import Release, Topic
from releases.search.engine import Visibility

pytestmark = pytest.mark.contract


@pytest.fixture
def library(indexed) -> list[Release]:
    """Return forty releases over four years and two topics."""
    topics = [Topic.objects.create(name=n, slug=n.lower()) for n in ("Water", "Air, Noise")]
    return [
        indexed(
            title=f"Notice {number:02}",
            date=datetime.date(2020 + number % 4, 1, 1 + number % 28),
            language="en" if number % 2 else "es",
            topics=topics[: number % 3],
        )
        for number in range(40)
    ]


def pks(results) -> list[int]:
    return [int(result.pk) for result in results]


def test_slice_with_any_start_has_the_right_rows(library):
    results = SearchQuerySet().filter(content="notice")
    whole = pks(results[:40])
    assert pks(SearchQuerySet().filter(content="notice")[15:26]) == whole[15:26]
    assert len(results) == 40


def test_sort_directions_can_be_mixed(library):
    results = SearchQuerySet().order_by("-year", "date")[:40]
    expected = sorted(library, key=lambda release: (-release.date.year, release.date))
    assert [f"{r.date:%Y-%m-%d}" for r in results] == [str(release.date) for release in expected]


def test_unsortable_column_is_named(library):
    with pytest.raises(SearchBackendError, match="'contact'"):
        list(SearchQuerySet().order_by("contact")[:1])


def test_facets_count_whole_values(library):
    counts = SearchQuerySet().facet("topic_names").facet("year").facet_counts()["fields"]
    assert dict(counts["topic_names"]) == {"Water": 26, "Air, Noise": 13}
    assert dict(counts["year"]) == dict.fromkeys((2020, 2021, 2022, 2023), 10)


def test_match_all_is_not_scored(library):
    results = SearchQuerySet().all()[:40]
    assert pks(results) == [release.pk for release in reversed(library)]
    assert {result.score for result in results} == {0.0}


def test_unpickled_query_finds_the_same(library):
    results = pickle.loads(pickle.dumps(SearchQuerySet().filter(content="notice")))
    assert len(results.filter(language="es")) == 20


def test_query_of_a_named_engine_finds_the_same(library):
    assert len(SearchQuerySet().using("default").filter(content="notice", language="es")) == 20


def test_values_filter_and_exclude(library):
    first = library[0]
    assert pks(SearchQuerySet().filter(number=first.number)) == [first.pk]
    assert len(SearchQuerySet().filter(language="es")) == 20
    assert len(SearchQuerySet().exclude(language="es")) == 20
    assert len(SearchQuerySet().filter(topic_names__exact="Air, Noise")) == 13
    assert len(SearchQuerySet().filter(year__gte=2022, content="notice")) == 20
    assert len(SearchQuerySet().models(Release).narrow("language:es")) == 20
    after = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    assert len(SearchQuerySet().filter(release_at__gt=after)) == 0
    assert len(SearchQuerySet().filter(release_at__lt=after)) == 40


def test_words_phrases_and_prefixes_are_found(accord):
    for query in ({"content": "trafficked"}, {"content__exact": "human trafficking"}):
        assert pks(SearchQuerySet().filter(**query)) == [accord.pk]
    assert pks(SearchQuerySet().filter(content__startswith="Traffick")) == [accord.pk]
    assert len(SearchQuerySet().filter(content__exact="trafficking human")) == 0


def test_results_carry_stored_values(accord):
    result = SearchQuerySet().filter(content="ibanez")[0]
    assert (result.number, result.year, result.object) == (accord.number, 2012, accord)


def test_nonpublic_releases_are_never_indexed(make_release, publish, in_an_hour, engine):
    draft = make_release()
    embargoed = publish(release_at=in_an_hour)
    index = connections["default"].get_unified_index().get_index(Release)
    for release in (draft, embargoed):
        index.update_object(release)
    engine.update(index, [draft, embargoed])
    call_command("update_index", verbosity=0)
    assert engine.indexed() == set()


def test_late_writer_does_not_bring_back_withdrawn_text(indexed, engine):
    release = indexed()
    read_before = Release.objects.get(pk=release.pk)
    Release.objects.filter(pk=release.pk).update(status="withdrawn", status_reason="Error.")
    index = connections["default"].get_unified_index().get_index(Release)
    engine.update(index, [read_before])
    assert engine.indexed() == set()


def test_withdrawn_release_is_not_found_while_still_indexed(indexed):
    release = indexed()
    Release.objects.filter(pk=release.pk).update(status="withdrawn", status_reason="Error.")
    assert len(SearchQuerySet().filter(content="county")) == 0


def test_clear_removes_everything(indexed, engine):
    indexed()
    engine.clear()
    assert engine.indexed() == set()


def test_updated_release_is_indexed_once(indexed, engine):
    release = indexed()
    for _ in range(3):
        engine.refresh([release.pk])
    assert engine.find(None, Visibility()).ids == (release.pk,)
