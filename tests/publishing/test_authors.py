"""Four-eyes rule: nobody approves their own changes."""

import datetime

import pytest

from releases import publishing
from releases.importing import posted
from releases.importing.decoding import InputFile
from releases.models import Release, Topic
from releases.publishing import ActionRefusedError

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


def change(release, person, **fields):
    """Save a change and record it, as a form does."""
    before = release.snapshot()
    Release.objects.filter(pk=release.pk).update(**fields)
    publishing.record_change(release, before=before, by=person)
    release.refresh_from_db()


@pytest.fixture
def ana(staff):
    return staff("publisher", "Ana")


@pytest.fixture
def ben(staff):
    return staff("publisher", "Ben")


def test_author_before_the_last_one_does_not_approve_either(make_release, ana, ben):
    release = make_release()
    change(release, ana, title="Ana’s title")
    change(release, ben, subtitle="Ben’s")

    for author, part in ((ana, "Title"), (ben, "Subtitle")):
        assert publishing.blockers(release, author) == [
            f"You edited it ({part}), and nobody has approved it since. Ask a colleague to "
            "approve it, or give a reason for approving it yourself."
        ]


def test_unchanged_save_by_a_colleague_does_not_make_them_author(make_release, ana, ben):
    release = make_release()
    change(release, ana, title="Ana’s title")
    saved = release.updated_at

    change(release, ben)

    assert (release.edited_by, release.updated_at) == (ana, saved)
    assert [line.by for line in release.audit_entries.all()] == [ana]
    assert publishing.blockers(release, ben) == []


def test_who_imported_files_is_their_author(ana):
    row = b'{"title": "New Office", "date": "2024-05-14", "body": "It is open."}\n'
    [record] = posted.read([InputFile("rows.jsonl", row)])
    [outcome] = posted.store([record], by=ana)

    [sentence] = publishing.blockers(outcome.release, ana)

    assert sentence.startswith("You created it, and nobody")


def test_changes_before_the_last_approval_do_not_count(make_release, ana, ben, in_an_hour):
    release = make_release()
    change(release, ana, title="Ana’s title")
    release = publishing.approve(release, in_an_hour, by=ben)
    release = publishing.recall(release, "Wait for the county.", by=ben)
    change(release, ben, title="Ben’s title")

    assert publishing.blockers(release, ana) == []
    assert "You edited it (Title)" in publishing.blockers(release, ben)[0]


def test_topics_and_pairs_are_changes_too(make_release, ana):
    release, original = make_release(language="es"), make_release()
    publishing.add_topics(release, [Topic.objects.create(name="Water", slug="water")], by=ana)
    publishing.set_original(release, original, by=ana)

    [sentence] = publishing.blockers(release, ana)

    assert "You changed its topics and changed its translation, and nobody" in sentence


def test_review_steps_are_not_changes(make_release, ana):
    release = publishing.submit(make_release(), by=ana)

    assert publishing.blockers(release, ana) == []


def test_own_work_needs_a_recorded_reason(make_release, ana):
    release = make_release()
    change(release, ana, title="Ana’s title")

    with pytest.raises(ActionRefusedError, match="You edited it"):
        publishing.approve(release, NOW, by=ana)
    publishing.approve(release, NOW, "Alone tonight.", by=ana)

    assert release.audit_entries.last().why == "Alone tonight."


def test_release_older_than_the_audit_has_its_last_author(make_release, ana, ben):
    release = make_release(edited_by=ana)

    assert "You made the last change" in publishing.blockers(release, ana)[0]
    assert publishing.blockers(release, ben) == []
