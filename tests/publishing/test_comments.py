"""Comments of staff on a release, and who has its form open."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from releases import publishing
from releases.models import Presence
from releases.publishing import comments

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def ana(staff):
    return staff("writer", "Ana")


def test_comment_on_a_paragraph_quotes_it(make_release, ana):
    release = make_release(body="One.\n\nTwo is here.")

    comment = comments.add_comment(release, " Is it? ", ana, NOW, paragraph=2)

    assert (comment.text, comment.quote, comment.where) == ("Is it?", "Two is here.", "paragraph 2")


def test_comment_sent_twice_is_one(make_release, ana):
    release = make_release()

    sent = [comments.add_comment(release, "Is it?", ana, NOW) for _ in range(2)]
    later = comments.add_comment(release, "Is it?", ana, NOW + MINUTE)

    assert sent[0] == sent[1] != later


def test_settled_comment_is_opened_again_by_a_reply(make_release, ana):
    release = make_release()
    comment = comments.add_comment(release, "Is it?", ana, NOW)
    comments.settle_comment(release, comment.pk, ana, NOW)
    assert not comments.open_comments(release).exists()

    reply = comments.add_comment(release, "No.", ana, NOW, parent=comment.pk)

    assert list(comments.open_comments(release)) == [comment]
    assert list(comment.replies.all()) == [reply]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": " \u200b"}, comments.WRITE_SOMETHING),
        ({"text": "x" * 5001}, "at most 5,000 characters"),
        ({"paragraph": 9}, comments.NO_PARAGRAPH),
        ({"parent": 999}, comments.NO_COMMENT),
    ],
)
def test_comment_that_can_not_be_added_is_refused(make_release, ana, given, sentence):
    with pytest.raises(publishing.ActionRefusedError, match=sentence):
        comments.add_comment(make_release(), **{"text": "x", "by": ana, "at": NOW, **given})


def test_comment_of_another_release_is_not_settled(make_release, ana):
    comment = comments.add_comment(make_release(), "x", ana, NOW)

    with pytest.raises(publishing.ActionRefusedError, match=comments.NO_COMMENT):
        comments.settle_comment(make_release(title="Other"), comment.pk, ana, NOW)


def test_who_may_not_see_the_release_may_not_comment(make_release, db):
    stranger = User.objects.create_user("stranger", is_staff=True)

    with pytest.raises(publishing.ActionRefusedError, match=comments.NOT_YOURS):
        comments.add_comment(make_release(), "x", stranger, NOW)


def test_comment_is_no_change_of_the_release(make_release, ana):
    release = make_release()

    comments.add_comment(release, "x", ana, NOW)

    before = release.updated_at
    release.refresh_from_db()
    assert release.updated_at == before
    assert not release.audit_entries.exists()


def test_open_comments_are_a_point_of_the_checklist(make_release, ana):
    release = make_release()
    comments.add_comment(release, "x", ana, NOW)

    [point] = publishing.points(publishing.CheckedText.of(release), release, NOW)

    assert (point.anchor, point.sentence) == (
        "comments",
        "1 comment is open. Read and settle what is left.",
    )


def test_who_has_the_form_open_is_known_until_it_no_longer_reports(make_release, staff, ana):
    release, ben = make_release(), staff("writer", "Ben")
    comments.note_presence(release, ana, NOW)
    comments.note_presence(release, ana, NOW + MINUTE)

    [row] = comments.others_present(release, ben, NOW + 2 * MINUTE)

    assert (row.by, row.since) == (ana, NOW)
    assert comments.others_present(release, ana, NOW + 2 * MINUTE) == []
    assert comments.others_present(release, ben, NOW + 4 * MINUTE) == []


def test_form_opened_again_counts_from_then(make_release, staff, ana):
    release, later = make_release(), NOW + 10 * MINUTE
    comments.note_presence(release, ana, NOW)
    comments.note_presence(release, ana, later)

    [row] = comments.others_present(release, staff("writer", "Ben"), later)

    assert row.since == later


def test_old_presence_is_deleted(make_release, staff, ana):
    comments.note_presence(make_release(), ana, timezone.now() - datetime.timedelta(days=2))
    comments.note_presence(make_release(title="B"), staff("writer", "Ben"), timezone.now())

    assert Presence.objects.count() == 1
