"""Actions on many releases, from the list."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.admin import lists
from releases.models import Release, Topic

LIST = reverse("admin:releases_release_changelist")


def chosen(action, releases, **fields):
    seen = {f"seen_{release.pk}": release.updated_at.isoformat() for release in releases}
    keys = [release.pk for release in releases]
    return {"action": action, "_selected_action": keys, **seen, **fields}


@pytest.fixture
def three(publish, make_release):
    """Return two public releases and a draft."""
    return [publish(title="First"), publish(title="Second"), make_release(title="Third")]


def test_withdrawal_asks_for_the_reason_and_names_the_selection(client, staff, three):
    client.force_login(staff("publisher"))

    page = client.post(LIST, chosen("withdraw_many", three))
    empty = client.post(LIST, chosen("withdraw_many", three, apply="Withdraw", reason=""))

    assert "Withdraw: 3 releases" in page.text
    assert all(release.title in page.text for release in three)
    assert all(f'name="seen_{release.pk}"' in page.text for release in three)
    assert "This field is required." in empty.text
    assert not Release.objects.filter(status="withdrawn").exists()


def test_each_is_withdrawn_or_refused_for_itself(client, staff, three):
    client.force_login(staff("publisher"))
    sent = chosen("withdraw_many", three, apply="Withdraw", reason="A wrong county.")

    done = client.post(LIST, sent, follow=True).text

    withdrawn = Release.objects.filter(status="withdrawn", status_reason="A wrong county.")
    assert list(withdrawn.order_by("title").values_list("title", flat=True)) == ["First", "Second"]
    assert "First is withdrawn." in done
    assert (
        "“Third”: Only a published release can be withdrawn, removed or blocked (status: draft)."
        in done
    )


def test_topics_are_added_to_each(client, staff, three):
    client.force_login(staff("publisher"))
    old, new = (Topic.objects.create(name=name, slug=name.lower()) for name in ("Old", "New"))
    three[0].topics.add(old)
    asked = client.post(LIST, chosen("add_topics", three, topics="new"))
    assert asked.context["form"].initial == {"topics": ["new"]}

    client.post(LIST, chosen("add_topics", three, apply="Add topics", topics=["new", ""]))

    assert set(three[0].topics.all()) == {old, new}
    assert set(three[2].topics.all()) == {new}
    assert three[0].audit_entries.last().get_action_display() == "changed its topics"


def test_topic_is_typed_below_the_selection(client, staff, three):
    client.force_login(staff("publisher"))
    sent = chosen(["", "add_topics"], three, index="1", topics="Nwe")  # both forms of the list

    asked = client.post(LIST, sent)
    refused = client.post(LIST, chosen("add_topics", three, apply="Add topics", topics="Nwe"))

    assert 'value="Nwe"' in asked.text
    assert "There is no topic “Nwe”." in refused.text


def test_writer_files_drafts_only_and_withdraws_nothing(client, staff, three):
    client.force_login(staff("writer"))
    topic = Topic.objects.create(name="New", slug="new")

    listed = client.get(LIST).text
    client.post(LIST, chosen("withdraw_many", three, apply="Withdraw", reason="Because."))
    client.post(LIST, chosen("add_topics", three, apply="Add topics", topics=[topic.name]))

    assert "withdraw_many" not in listed
    assert not Release.objects.filter(status="withdrawn").exists()
    assert list(topic.releases.all()) == [three[2]]


def test_too_many_at_once_are_refused(client, staff, three, monkeypatch):
    monkeypatch.setattr(lists, "MAX_SELECTED", 2)
    client.force_login(staff("publisher"))

    answer = client.post(LIST, chosen("withdraw_many", three), follow=True)

    assert "Select at most 2 at a time. Nothing was changed." in answer.text


def test_too_many_at_once_are_refused_past_the_page(client, staff, three, monkeypatch):
    monkeypatch.setattr(lists, "MAX_SELECTED", 2)
    client.force_login(staff("publisher"))
    sent = chosen("withdraw_many", three, apply="Withdraw", reason="Because.")

    answer = client.post(LIST, sent, follow=True)

    assert "Select at most 2 at a time. Nothing was changed." in answer.text
    assert not Release.objects.filter(status="withdrawn").exists()


def test_release_changed_since_the_page_is_left_alone(client, staff, three):
    client.force_login(staff("publisher"))
    sent = chosen("withdraw_many", three[:2], apply="Withdraw", reason="Because.")
    publishing.rename(three[0], "another-slug")

    answer = client.post(LIST, sent, follow=True)

    assert "after you opened it" in answer.text
    assert Release.objects.get(status="withdrawn") == three[1]


def test_too_many_topics_are_not_deleted_at_once(client, staff, monkeypatch):
    monkeypatch.setattr(lists, "MAX_SELECTED", 2)
    client.force_login(staff("administrator"))
    topics = [Topic.objects.create(name=name, slug=name) for name in ("a", "b", "c")]
    sent = {"action": "delete_selected", "_selected_action": [topic.pk for topic in topics]}

    client.post(reverse("admin:releases_topic_changelist"), {**sent, "post": "yes"})

    assert Topic.objects.count() == 3
