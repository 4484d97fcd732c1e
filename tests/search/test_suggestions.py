import datetime

import pytest
from django.utils import timezone

from releases import publishing
from releases.models import Topic
from releases.search.suggestions import Suggestions, suggest

pytestmark = pytest.mark.contract


def titles(typed):
    return [release.title for release in suggest(typed, timezone.now()).releases]


def test_beginning_of_a_word_in_a_title_suggests_the_release(indexed):
    indexed(title="Reservoir Rules Eased", body="The lawns may be watered.")
    indexed(title="Notice", body="Another text.")
    assert titles("reser") == titles("rules eas") == ["Reservoir Rules Eased"]


def test_word_of_a_text_suggests_only_if_no_title_has_it(indexed):
    indexed(title="Harbor Opens", body="Ferries return.")
    indexed(title="Notice", body="The harbor is near. A lighthouse, too.")
    assert titles("harbor") == ["Harbor Opens"]
    assert titles("lighth") == ["Notice"]


def test_beginning_of_a_number_suggests_its_release(indexed):
    release = indexed(title="Harbor Opens")
    assert titles(release.number[:8]) == ["Harbor Opens"]


def test_beginning_of_any_word_of_a_topic_suggests_it(indexed):
    topic = Topic.objects.create(name="Clean Water", slug="clean-water")
    indexed().topics.add(topic)
    assert suggest("wat", timezone.now()).topics == (topic,)
    assert suggest("ater", timezone.now()).topics == ()


def _withdrawn(release):
    publishing.withdraw(release, "It named the wrong person.")


def _under_embargo(release):
    later = timezone.now() + datetime.timedelta(hours=1)
    type(release).objects.filter(pk=release.pk).update(release_at=later)


@pytest.mark.parametrize("hide", [_withdrawn, _under_embargo])
def test_nothing_that_is_not_public_is_suggested(indexed, hide):
    release = indexed(title="Harbor Opens")
    release.topics.add(Topic.objects.create(name="Harbors", slug="harbors"))
    hide(release)
    for typed in ("harbor", release.number):
        assert suggest(typed, timezone.now()) == Suggestions()


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "*", "((", "“", "\0\0", "a" * 5_000, "œ ß", "2012-"]
)
def test_any_text_is_answered(client, indexed, typed):
    indexed()
    assert client.get("/search/suggestions/", {"q": typed}).status_code == 200


def suggested(client, typed):
    answer = client.get("/search/suggestions/", {"q": typed})
    return [each["label"] for each in answer.json()["suggestions"]]


def test_suggestions_take_few_queries(client, indexed, django_assert_max_num_queries):
    for _ in range(3):
        indexed(title="Harbor Opens")
    with django_assert_max_num_queries(4):
        assert suggested(client, "harb") == ["Harbor Opens"] * 3


def test_further_letters_take_hardly_a_query_while_the_state_is_the_same(
    indexed, django_assert_max_num_queries
):
    state, topic = object(), Topic.objects.create(name="Harbors", slug="harbors")
    release = indexed(title="Harbor Opens", topics=[topic])
    suggest("harb", timezone.now(), state)
    with django_assert_max_num_queries(3):  # on OpenSearch; one on Whoosh
        found = suggest("harbo", timezone.now(), state)
    assert found == Suggestions((topic,), (release,))


def test_topic_is_suggested_in_the_state_in_which_it_is_public(indexed):
    release, topic = indexed(), Topic.objects.create(name="Harbors", slug="harbors")
    assert suggest("harb", timezone.now(), object()).topics == ()
    release.topics.add(topic)
    assert suggest("harb", timezone.now(), object()).topics == (topic,)
