import pytest
from haystack import connections
from haystack.query import SearchQuerySet

from releases import publishing
from releases.models import Release, SearchChange, Topic
from releases.search import worker


@pytest.fixture
def topic(publish):
    """Return a topic of one published and indexed release."""
    connections["default"].get_backend().rebuild()
    topic = Topic.objects.create(name="Water", slug="water")
    publishing.add_topics(publish(), [topic])
    worker.sync()
    return topic


def names() -> list[list[str]]:
    return [result.topic_names for result in SearchQuerySet().all()]


@pytest.mark.django_db(transaction=True)
def test_the_releases_of_a_renamed_topic_are_indexed(admin_client, topic):
    assert names() == [["Water"]]
    renamed = {"name": "Rivers", "slug": "rivers"}
    admin_client.post(f"/admin/releases/topic/{topic.pk}/change/", renamed)
    assert names() == [["Rivers"]]
    assert not SearchChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_topic_is_counted_no_more(admin_client, topic):
    admin_client.post(f"/admin/releases/topic/{topic.pk}/delete/", {"post": "yes"})
    assert not Topic.objects.exists()
    assert names() == [[]]


def test_many_are_approved_with_one_write(
    admin_client, make_release, django_capture_on_commit_callbacks
):
    engine = connections["default"].get_backend()
    engine.rebuild()
    drafts = [make_release().pk for _ in range(3)]
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        seen = {f"seen_{row.pk}": row.updated_at.isoformat() for row in Release.objects.all()}
        sent = {"action": "approve_many", "_selected_action": drafts, "effect": "now", **seen}
        admin_client.post("/admin/releases/release/", sent)
    assert len(callbacks) == 1
    assert engine.indexed() == set(drafts)
    assert Release.objects.published().count() == 3
