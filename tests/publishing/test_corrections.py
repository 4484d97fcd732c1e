"""Changes to a release's text, slug, topics and translations."""

import datetime

import pytest

from releases import publishing
from releases.models import AuditEntry, Topic
from releases.publishing import ActionRefusedError

pytestmark = pytest.mark.usefixtures("past_the_actions")

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


def test_change_on_record_is_chained_to_the_version_before(publish):
    release = publish()
    release.body = "SPRINGFIELD – The county opened two records offices today."
    release.save()

    version = publishing.record_change(release, "correction", "Two offices, not one.", at=NOW)

    first = release.versions.first()
    assert version.number == 2
    assert version.sha256 == version.digest(first.sha256)


def test_invisible_change_makes_no_version(publish):
    release = publish()

    assert publishing.record_change(release, "minor", "") is None
    assert release.versions.count() == 1


def test_draft_keeps_no_versions(make_release):
    assert publishing.record_change(make_release(), "minor", "") is None


def test_correction_without_a_note_is_refused(publish):
    release = publish()
    release.title = "County Opens Two Records Offices"
    release.save()

    with pytest.raises(ActionRefusedError, match="needs a note"):
        publishing.record_change(release, "correction", " ")


def test_words_under_embargo_change_only_after_recall(publish, in_an_hour):
    release = publish(release_at=in_an_hour)
    release.body = "Other words."
    release.save()

    with pytest.raises(ActionRefusedError, match="Recall its approval"):
        publishing.record_change(release, "correction", "a note")


def test_minor_edit_of_words_is_refused(publish):
    release = publish()
    release.body = "SPRINGFIELD – The county opened no records office today."
    release.save()

    with pytest.raises(ActionRefusedError, match="The wording has changed"):
        publishing.record_change(release, "minor")


def test_minor_edit_of_typography_is_kept_without_a_note(publish):
    release = publish()
    release.body = release.body.replace("–", "--").replace("--", "—")
    release.save()

    assert publishing.record_change(release, "minor").kind == "minor"


def test_text_of_a_withdrawn_release_stays(publish):
    release = publishing.withdraw(publish(), "a reason")
    release.title = "Another title"
    release.save()

    with pytest.raises(ActionRefusedError, match="Its text can no longer be changed"):
        publishing.record_change(release, "correction", "a note")


def test_renamed_release_has_a_new_permalink_and_a_version(publish):
    release = publishing.rename(publish(), "new-office")

    assert release.get_absolute_url() == "/releases/2024-0001/new-office/"
    assert release.versions.last().kind == "minor"


@pytest.mark.parametrize("slug", ["versions", "A b", "", "ü"])
def test_invalid_slug_is_refused(publish, slug):
    with pytest.raises(ActionRefusedError, match="cannot be in an address"):
        publishing.rename(publish(), slug)


def test_only_approved_releases_are_renamed(make_release, publish):
    withdrawn = publishing.withdraw(publish(), "It was wrong.")

    for release in (make_release(), withdrawn):
        with pytest.raises(
            ActionRefusedError, match="Only an approved release can change its address"
        ):
            publishing.rename(release, "new-office")


def test_translation_is_paired_with_an_original_in_another_language(make_release):
    english, spanish = make_release(), make_release(language="es")

    assert publishing.set_original(spanish, english).translation_of == english
    for release, original, sentence in (
        (english, english, "cannot be a translation of itself"),
        (english, spanish, "is itself a translation"),
        (make_release(), english, "same language"),
    ):
        with pytest.raises(ActionRefusedError, match=sentence):
            publishing.set_original(release, original)


def test_adding_topics_makes_versions_of_public_releases(publish, make_release):
    public, draft = publish(), make_release()
    topic = Topic.objects.create(name="Records", slug="records")

    publishing.apply_to_each(publishing.add_topics, [public, draft], [topic])

    assert list(draft.topics.all()) == [topic]
    assert public.versions.last().snapshot["topics"] == ["records"]
    assert draft.versions.count() == 0


def test_topics_of_embargoed_or_withdrawn_releases_stay(publish, in_an_hour):
    topic = Topic.objects.create(name="Records", slug="records")
    withdrawn = publishing.withdraw(publish(), "It was wrong.")
    for release, sentence in (
        (publish(in_an_hour), "Recall its approval to change its text or topics"),
        (withdrawn, "Its topics can no longer be changed"),
    ):
        with pytest.raises(ActionRefusedError, match=sentence):
            publishing.add_topics(release, [topic])
        assert not release.topics.exists()


def test_action_without_effect_leaves_no_trace(publish, make_release):
    release, original = publish(language="es"), make_release()
    topic = Topic.objects.create(name="Records", slug="records")
    publishing.add_topics(release, [topic])
    before = publishing.set_original(release, original)
    entries, seen = before.audit_entries.count(), before.updated_at

    publishing.add_topics(before, [topic])
    publishing.rename(before, before.slug)
    publishing.set_original(before, original)

    assert before.audit_entries.count() == entries
    before.refresh_from_db()
    assert before.updated_at == seen


def test_numbered_release_is_never_deleted(publish, make_release):
    with pytest.raises(ActionRefusedError, match="cannot be deleted"):
        publishing.record_deletion(publish())

    draft = make_release()
    publishing.record_deletion(draft)
    draft.delete()
    assert AuditEntry.objects.filter(action="deleted", subject=str(draft)).exists()
