import pytest
from haystack import connections
from haystack.query import SearchQuerySet

from releases import publishing
from releases.models import Release, SearchChange, Topic
from releases.search import worker
from tests.authority.walk import load


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


@pytest.fixture
def rivers(db):
    return Topic.objects.create(name="Rivers", slug="rivers")


def merge(client, topic, into):
    url = f"/admin/releases/topic/{topic.pk}/merge/"
    return client.post(url, {"into": into.name}, follow=True)


def rename(client, topic, slug):
    url = f"/admin/releases/topic/{topic.pk}/change/"
    client.post(url, {"name": topic.name, "slug": slug, "description": topic.description})


@pytest.mark.parametrize(
    "address",
    [
        "/topics/{}/?page=1",
        "/feeds/releases.atom?topic={}",
        "/releases/?topic={}",
        "/search/?topic={}",
        "/feeds/search.atom?q=zebra&topic={}",
        "/api/v1/releases/?topic={}",
        "/api/v1/releases.csv?topic={}",
    ],
)
@pytest.mark.parametrize("how", [merge, rename], ids=["merged", "renamed"])
def test_former_address_of_a_topic_redirects(admin_client, client, publish, rivers, how, address):
    topic = Topic.objects.create(name="Water", slug="water")
    publishing.add_topics(publish(), [topic])

    how(admin_client, topic, rivers if how is merge else "streams")

    connections["default"].get_backend().rebuild()
    answer = client.get(address.format("water"))
    assert answer.status_code == 301
    assert answer.url == address.format("rivers" if how is merge else "streams")


def test_former_address_tells_nothing_of_a_topic_under_embargo(
    admin_client, client, publish, in_an_hour
):
    topic = Topic.objects.create(name="Water", slug="water")
    draft = publish(in_an_hour)
    publishing.recall(draft, "Not yet.")
    publishing.add_topics(draft, [topic])
    rename(admin_client, topic, "secret")

    assert client.get("/topics/water/").status_code == 404


def test_merged_topic_leaves_a_version_and_an_audit_entry(admin_client, publish, rivers):
    topic = Topic.objects.create(name="Water", slug="water")
    release, draft = (
        publishing.add_topics(publish(), [topic]),
        Release.objects.create(title="Draft"),
    )
    withdrawn = publishing.withdraw(publishing.add_topics(publish(), [topic]), "It was wrong.")
    draft.topics.add(topic)

    merge(admin_client, topic, rivers)

    assert {row.topics.get() for row in (release, draft, withdrawn)} == {rivers}
    assert release.versions.last().snapshot["topics"] == ["rivers"]
    assert release.audit_entries.last().why == "Merged Water into Rivers"
    assert not Topic.objects.filter(slug="water").exists()


def test_topic_merged_into_itself_stays(admin_client, rivers):
    assert "Choose another topic" in merge(admin_client, rivers, rivers).text
    assert Topic.objects.get() == rivers


def test_earlier_slug_goes_to_the_topic_that_takes_it(admin_client, client, publish, rivers):
    publishing.add_topics(publish(), [rivers])
    rename(admin_client, rivers, "streams")
    rename(admin_client, rivers, "rivers")

    assert client.get("/topics/rivers/").status_code == 200
    assert client.get("/topics/streams/").status_code == 301


def test_import_files_under_the_topic_that_another_was_merged_into(admin_client, publish, rivers):
    topic = Topic.objects.create(name="Water", slug="water")
    publishing.merge_topics(topic, rivers)

    load({"title": "News", "body": "Text.", "date": "2024-05-14", "topics": ["Water"]})

    assert Release.objects.get().topics.get() == rivers


def test_description_is_shown_above_the_releases(client, publish, rivers):
    publishing.add_topics(publish(), [rivers])
    Topic.objects.update(description="All about rivers.")

    assert "<p>All about rivers.</p>" in client.get("/topics/rivers/").text


def test_list_counts_the_releases_of_a_topic(admin_client, publish, rivers):
    publishing.add_topics(publish(), [rivers])

    assert '<td class="field-count">1</td>' in admin_client.get("/admin/releases/topic/").text


def test_releases_are_filed_by_typed_numbers_and_titles(admin_client, publish, rivers):
    release = publish()
    named, twice = publish(title="A bridge is closed"), [publish(title="Same") for _ in range(2)]

    lines = f"{release.number}\nbridge is\nSame\nNowhere"
    answer = admin_client.post(f"/admin/releases/topic/{rivers.pk}/file/", {"releases": lines})

    assert set(rivers.releases.all()) == {release, named}
    assert answer.context["form"].initial["releases"] == "Same\nNowhere"
    assert len(twice) == 2
    assert release.versions.last().snapshot["topics"] == ["rivers"]
