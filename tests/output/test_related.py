"""Related releases: only those that are public."""

import datetime
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases import publishing
from releases.models import Release
from releases.output import edition
from releases.output.related import find_related
from tests.conftest import NOON

HOUR = datetime.timedelta(hours=1)


def of(release):
    return find_related(edition.read_release(Release.objects.filter(pk=release.pk)), timezone.now())


def test_neighbors_are_those_of_the_list(publish):
    for hours in (2, 0, 1, 1, 1):  # three at the same time, ordered by id
        publish(release_at=NOON + hours * HOUR)
    listed = list(Release.objects.published(timezone.now()).newest_first())

    assert [of(release).next for release in listed] == [None, *listed[:-1]]
    assert [of(release).previous for release in listed] == [*listed[1:], None]


def test_neighbors_are_in_the_language_of_the_release(publish):
    english = [publish(release_at=NOON + n * HOUR) for n in (0, 3)]
    spanish = [publish(release_at=NOON + n * HOUR, language="es") for n in (1, 2)]

    assert (of(english[0]).next, of(english[1]).previous) == (english[1], english[0])
    assert (of(spanish[0]).next, of(spanish[1]).previous) == (spanish[1], spanish[0])
    # There is no other in Spanish.
    assert (of(spanish[0]).previous, of(spanish[1]).next) == (english[0], english[1])


def test_translations_are_no_neighbors(publish):
    earlier, original, later = (publish(release_at=NOON + n * 9 * HOUR) for n in range(3))
    translation = publish(release_at=NOON + 10 * HOUR, language="es")
    publishing.set_original(translation, original)
    publishing.set_original(publish(release_at=NOON + 8 * HOUR, language="vi"), original)

    for release in (original, translation):
        assert (of(release).previous, of(release).next) == (earlier, later)


def test_embargoed_neighbor_is_hidden_until_its_release_time(publish, in_an_hour):
    earlier, later = publish(), publish(release_at=in_an_hour)

    assert find_related(earlier, timezone.now()).next is None
    assert find_related(earlier, in_an_hour).next == later


def test_withdrawn_release_has_no_neighbors_and_is_none(publish):
    first, second, third = (publish(release_at=NOON + n * HOUR) for n in range(3))
    publishing.withdraw(second, "a reason")

    assert (of(second).previous, of(second).next) == (None, None)
    assert (of(first).next, of(third).previous) == (third, first)


def test_translations_lead_to_each_other(publish):
    original, translation = publish(), publish(language="es", title="La oficina")
    publishing.set_original(translation, original)

    assert of(original).translations == (translation,)
    assert of(translation).translations == (original,)


def test_translations_come_by_language(publish):
    original = publish()
    for language in ("vi", "es", "tl"):
        publishing.set_original(publish(language=language, title=language), original)

    assert [release.language for release in of(original).translations] == ["es", "tl", "vi"]


def test_embargoed_translation_is_hidden(publish, in_an_hour):
    original = publish()
    publishing.set_original(publish(language="es", release_at=in_an_hour), original)

    assert of(original).translations == ()


def test_neighbors_are_found_by_the_indexes_of_lists(publish):
    release = publish()
    with CaptureQueriesContext(connection) as queries:
        find_related(release, timezone.now())

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor)

    nearest = r"Limit .*\n *->  Index Scan( Backward)? using (\w+) on releases_release "
    assert re.findall(nearest, plan) == [
        *(("", "release_by_language"), (" Backward", "release_by_language")),
        *(("", "release_listing"), (" Backward", "release_listing")),
    ]
    assert "Sort" not in plan


def test_all_of_it_costs_one_query(publish, django_assert_num_queries):
    release = Release.objects.select_related("similar_releases").get(pk=publish().pk)

    with django_assert_num_queries(1):
        find_related(release, timezone.now())


def test_translation_of_an_earlier_version_is_marked(publish):
    original = publish(title="Clinic Opens")
    translation = publish(title="Abre una clínica", language="es")
    publishing.set_original(translation, original)

    assert not of(translation).is_outdated
    original.title = "Clinics Open"
    original.save()
    publishing.record_change(original, "correction", "There are two.")
    assert of(translation).is_outdated
    assert not of(original).is_outdated


def test_corrected_translation_does_not_outdate_its_original_or_its_siblings(publish):
    original, translation = publish(), publish(title="Abre una clínica", language="es")
    sibling = publish(title="Ouverture d’un bureau", language="fr")
    publishing.set_original(translation, original)
    publishing.set_original(sibling, original)
    translation.refresh_from_db()
    translation.title = "Abren dos clínicas"
    translation.save()
    publishing.record_change(translation, "correction", "Son dos.")

    assert not of(original).is_outdated
    assert not of(sibling).is_outdated


def test_embargoed_release_has_no_place_in_lists(publish, in_an_hour):
    publish()
    embargoed = publish(release_at=in_an_hour)

    related = find_related(embargoed, timezone.now())

    assert (related.previous, related.next) == (None, None)
