import datetime

import pytest
from django.utils import translation

from releases.models import Release, Topic
from releases.search.engine import Facets
from releases.search.facets import Facet, count_rows, from_rows, language_name, name_facets


def test_years_are_listed_newest_first():
    named = name_facets(Facets(years={2012: 9, 2024: 1, 2018: 3}))

    assert named.years == (
        Facet("2024", "2024", 1),
        Facet("2018", "2018", 3),
        Facet("2012", "2012", 9),
    )


def test_topics_are_listed_most_frequent_first_then_by_name():
    named = name_facets(Facets(topics={("z", "Air"): 2, ("a", "Water"): 2, ("m", "Noise"): 5}))

    assert named.topics == (Facet("m", "Noise", 5), Facet("z", "Air", 2), Facet("a", "Water", 2))


def test_languages_are_listed_most_frequent_first_then_by_name():
    named = name_facets(Facets(languages={"de": 1, "es": 4, "fr": 1}))

    assert named.languages == (
        Facet("es", "Spanish", 4),
        Facet("fr", "French", 1),
        Facet("de", "German", 1),
    )


@pytest.mark.parametrize(
    ("tag", "reader", "name"),
    [
        ("es", "en", "Spanish"),
        ("es", "es", "Español"),
        ("pt-BR", "en", "Brazilian Portuguese"),
        ("en-US", "en", "English"),
        ("vi", "en", "Vietnamese"),
        ("qaa", "en", "qaa"),
    ],
)
def test_a_language_is_named_in_the_readers(tag, reader, name):
    with translation.override(reader):
        assert language_name(tag) == name


def test_rows_are_counted_once_per_value(publish):
    water = Topic.objects.create(name="Water", slug="water")
    noise = Topic.objects.create(name="Noise", slug="noise")
    publish(date=datetime.date(2023, 1, 1)).topics.set([water, noise])
    publish(date=datetime.date(2024, 1, 1)).topics.set([water])
    publish(date=datetime.date(2024, 6, 1), language="es")

    rows = count_rows(Release.objects.published().newest_first())

    assert from_rows(rows) == Facets(
        years={2023: 1, 2024: 2},
        topics={("water", "Water"): 2, ("noise", "Noise"): 1},
        languages={"en": 2, "es": 1},
    )
