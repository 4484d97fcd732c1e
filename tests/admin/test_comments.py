"""Page of comments, and the form that says who else is there."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from releases.models import Comment, Release
from releases.publishing import comments


@pytest.fixture
def ana(client, staff):
    person = staff("writer", "Ana")
    client.force_login(person)
    return person


@pytest.fixture
def send(client):
    """Post to the page of comments: `send(release, text=…)`."""

    def post(release, **fields):
        page = reverse("admin:releases_release_comments", args=[release.pk])
        return client.post(page, fields, follow=True)

    return post


def test_conversation_from_comment_to_settlement(ana, send, make_release):
    release = make_release()

    page = send(release, text="Is that the right *day*?", paragraph="1").text
    comment = Comment.objects.get()
    assert "Is that the right *day*?" in page
    assert "<blockquote>SPRINGFIELD – The county opened" in page

    send(release, act="reply", comment=comment.pk, text="Yes.")
    page = send(release, act="settle", comment=comment.pk).text
    assert "There are no open comments." in page
    assert "Settled by Ana" in page

    send(release, act="reopen", comment=comment.pk)
    assert list(comments.open_comments(release)) == [comment]


def test_comment_follows_its_paragraph_until_that_is_reworded(ana, send, make_release):
    release = make_release(body="First.\n\nSecond.")
    send(release, text="Which one?", paragraph="2")

    Release.objects.update(body="New.\n\nFirst.\n\nSecond.")
    assert "on paragraph 3, then paragraph 2," in send(release).text

    Release.objects.update(body="First.\n\nLast.")
    page = send(release).text
    assert "on an earlier wording of paragraph 2," in page
    assert "<blockquote>Second.</blockquote>" in page


def test_reply_typed_next_to_settle_is_kept(ana, send, make_release):
    release = make_release()
    send(release, text="Is that right?")

    send(release, act="settle", comment=Comment.objects.get().pk, text="Yes, checked.")

    comment = Comment.objects.get(parent=None)
    assert (comment.settled_by, comment.replies.get().text) == (ana, "Yes, checked.")


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x", "paragraph": "99"},
        {"text": "x", "act": "reply", "comment": "12345"},
        {"act": "settle", "comment": "9" * 40},
        {"act": "settle"},
    ],
)
def test_crafted_comment_is_refused_and_what_was_typed_stays(ana, send, make_release, fields):
    answer = send(make_release(), **fields)

    assert answer.status_code == 200
    assert not Comment.objects.exists()
    assert not fields.get("text") or ">\nx</textarea>" in answer.text


def test_markup_in_a_comment_is_shown_as_typed(ana, send, make_release):
    page = send(make_release(), text="1 < 2 *really*").text

    assert "1 &lt; 2 *really*" in page


def test_open_comments_show_on_the_form_and_in_the_history(
    ana, client, send, change_url, make_release
):
    release = make_release()
    send(release, text="Is that right?")

    assert "Comments (1 open)" in client.get(change_url(release)).text
    history = client.get(reverse("admin:releases_release_history", args=[release.pk])).text
    assert "commented on the whole release: Is that right?" in history


def test_form_says_who_else_has_it_open(ana, client, change_url, staff, make_release):
    release, ben = make_release(), staff("writer", "Ben")
    User.objects.filter(pk=ben.pk).update(first_name="Ben", last_name="Roe")
    comments.note_presence(release, User.objects.get(pk=ben.pk), timezone.now())

    page = client.get(change_url(release)).text
    answer = client.post(reverse("admin:releases_release_presence", args=[release.pk]))

    assert "Ben Roe has had this open since" in page
    assert answer.json()["others"].startswith("Ben Roe has had this open since ")


def test_conversation_is_for_who_may_see_the_release(client, send, make_release):
    release = make_release()
    client.force_login(User.objects.create_user("temp", is_staff=True))

    assert send(release, text="x").status_code == 403
    presence = reverse("admin:releases_release_presence", args=[release.pk])
    assert client.post(presence).status_code == 403
    assert not Comment.objects.exists()


def test_page_of_comments_takes_few_queries(
    ana, client, make_release, django_assert_max_num_queries
):
    release = make_release()
    for number in range(20):
        comment = comments.add_comment(release, f"C{number}", ana, timezone.now())
        comments.add_comment(release, "R", ana, timezone.now(), parent=comment.pk)

    with django_assert_max_num_queries(18):
        client.get(reverse("admin:releases_release_comments", args=[release.pk]))
