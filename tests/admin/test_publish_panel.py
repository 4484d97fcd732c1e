"""The panel above a release's form: state, checklist, and buttons that save and act."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.admin.publish_panel import ACT, TOO_LONG, WAITS
from releases.models import Release
from tests.admin.sending import sent_from

TEN = datetime.datetime(2027, 6, 1, 17, 0, tzinfo=datetime.UTC)
TYPED = {"release_day": "2027-06-01", "release_time": "10 am"}
IN_WORDS = "Tuesday, June 1, 2027, 10 a.m. PDT (17:00 UTC)"


@pytest.fixture
def as_role(client, staff):
    """Sign in with a role."""

    def sign_in(role):
        person = staff(role)
        client.force_login(person)
        return person

    return sign_in


@pytest.fixture
def press(client, change_url):
    """Open the form, change fields and press a button of the panel."""

    def send(release, button, **changed):
        sent = sent_from(client.get(change_url(release)).context)
        return client.post(change_url(release), {**sent, **changed, ACT: button}, follow=True)

    return send


@pytest.fixture
def check(client):
    """Ask for the checklist of what is typed."""

    def send(release, **fields):
        name, keys = ("check", [release.pk]) if release else ("check_new", [])
        return client.post(reverse(f"admin:releases_release_{name}", args=keys), fields)

    return send


def primary(page):
    """The label of the button that is pressed first."""
    return re.search(r'<button class="button default" name="_act"[^>]*>(.*?)</button>', page)[1]


def test_writer_submits_with_one_click_and_the_text_saved(as_role, press, make_release):
    as_role("writer")
    release = make_release()

    page = press(release, "submit", title="Typed just now")

    release.refresh_from_db()
    assert (release.status, release.title) == ("in_review", "Typed just now")
    assert "Submitted for review" in page.text


@pytest.mark.parametrize(
    ("role", "status", "label"),
    [
        ("writer", "draft", "Submit for review"),
        ("publisher", "draft", "Publish now to everyone"),
        ("publisher", "in_review", "Publish now to everyone"),
    ],
)
def test_primary_button_says_its_effect(
    client, as_role, change_url, make_release, role, status, label
):
    as_role(role)

    assert primary(client.get(change_url(make_release(status=status))).text) == label


def test_proposed_moment_is_the_primary_button(client, as_role, change_url, make_release):
    as_role("publisher")

    page = client.get(change_url(make_release(proposed_release_at=TEN))).text

    assert primary(page) == f"Schedule for {IN_WORDS}"


def test_writer_is_told_who_publishes(client, as_role, change_url, make_release):
    as_role("writer")

    page = client.get(change_url(make_release(status="in_review"))).text

    assert WAITS in page
    assert f'name="{ACT}"' not in page


def test_publish_now_saves_and_publishes(as_role, press, make_release):
    as_role("publisher")
    release = make_release(slug="records-office")

    press(release, "approve now")

    release.refresh_from_db()
    assert release.is_published()


def test_who_changes_and_publishes_at_once_is_asked_for_a_reason(as_role, press, make_release):
    as_role("publisher")
    release = make_release()

    page = press(release, "approve now", title="Typed just now")

    release.refresh_from_db()
    assert (release.status, release.title) == ("draft", "Typed just now")
    assert "nobody has approved it since" in page.text
    assert 'name="override"' in page.text
    assert f'action="{reverse("admin:releases_release_verb", args=[release.pk, "approve"])}"' in (
        page.text
    )


def test_moment_is_scheduled_only_by_a_button_that_named_it(as_role, press, make_release):
    as_role("publisher")
    release = make_release(slug="records-office")

    page = press(release, "approve schedule", **TYPED, named="")
    release.refresh_from_db()
    assert release.status == "draft"
    assert f"Schedule for {IN_WORDS}" in page.text

    press(release, "approve schedule", **TYPED, named=TEN.isoformat())
    release.refresh_from_db()
    assert release.release_at == TEN


def test_embargo_is_moved_from_the_panel(as_role, press, publish, in_an_hour):
    as_role("publisher")
    release = publish(release_at=in_an_hour)

    press(release, "reschedule schedule", **TYPED, named=TEN.isoformat())

    release.refresh_from_db()
    assert release.release_at == TEN


def test_own_work_offers_review_and_says_why(client, as_role, change_url, save, make_release):
    ana, release = as_role("publisher"), make_release()
    publishing.record_creation(release, by=ana)

    page = client.get(change_url(release)).text

    assert primary(page) == "Submit for review"
    assert "nobody has approved it since" in page


def test_checklist_links_each_point_to_its_field(client, as_role, change_url, make_release):
    as_role("writer")

    page = client.get(change_url(make_release(contact="", title="TK"))).text

    assert '<a href="#id_contact" data-field="contact">There is no press contact.' in page
    assert '<a href="#id_title" data-field="title">“TK” looks like a placeholder' in page


def test_checklist_of_what_is_typed_saves_nothing(as_role, check, make_release):
    as_role("writer")
    release = make_release()
    typed = {"title": "", "date": "2024-05-14", "body": "TK", "contact": "x", "dateline": "y"}

    answer = check(release, **typed, **{"sections-0-body": "(555) 010-01"}).json()

    assert answer["count"] == 3
    for words in (
        "The title is missing.",
        'data-field="body">“TK”',
        'data-field="sections-0-body"',
    ):
        assert words in answer["html"]
    release.refresh_from_db()
    assert release.title == "County Opens a Records Office"


def test_new_release_is_checked_too(as_role, check):
    as_role("writer")

    assert "The text is missing." in check(None, title="A", date="2024-05-14").json()["html"]


def test_typed_moment_is_spelled_out_for_the_button(as_role, check, make_release):
    as_role("publisher")
    release = make_release()
    seen = release.updated_at.isoformat()

    answer = check(release, seen=seen, body="x", **TYPED).json()

    assert answer["schedule"] == f"Schedule for {IN_WORDS}"
    assert (answer["named"], answer["error"]) == (TEN.isoformat(), "")


def test_typed_moment_that_the_clocks_skip_is_explained(as_role, check, make_release):
    as_role("publisher")
    release = make_release()
    skipped = {"release_day": "2027-03-14", "release_time": "2:30 am"}

    answer = check(release, seen=release.updated_at.isoformat(), **skipped).json()

    assert "does not exist on Sunday, March 14, 2027" in answer["error"]
    assert answer["named"] == ""


@pytest.mark.parametrize("body", ["x" * 350_001, "x\n\n" * 7_501])
def test_very_long_text_is_not_checked(as_role, check, make_release, body):
    as_role("writer")

    answer = check(make_release(), body=body)

    assert (answer.status_code, answer.json()["reason"]) == (413, TOO_LONG)


def test_checklist_is_for_who_may_change_the_release(client, staff, check, publish):
    client.force_login(staff("writer"))
    embargoed = publish(release_at=timezone.now() + datetime.timedelta(hours=1))

    assert check(embargoed, body="x").status_code == 403
    assert client.get(reverse("admin:releases_release_check_new")).status_code == 405
    assert Release.objects.count() == 1


@pytest.fixture
def save_with(client, change_url):
    """Type a release time above the form and press another button than its own."""

    def send(release, **typed):
        sent = sent_from(client.get(change_url(release)).context)
        return client.post(change_url(release), {**sent, **typed}, follow=True)

    return send


@pytest.mark.parametrize("button", [{"_save": "1"}, {"_next": "preview"}, {ACT: "submit"}])
def test_typed_moment_is_kept_as_the_proposal(as_role, save_with, make_release, button):
    as_role("publisher")
    release = make_release()

    save_with(release, title="Typed, too", **TYPED, **button)

    release.refresh_from_db()
    assert (release.title, release.proposed_release_at) == ("Typed, too", TEN)
    assert release.release_at is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"release_day": "2027-06-01"}, "“2027-06-01”, is not saved: Enter the time"),
        ({"release_time": "10 am"}, "“10 am”, is not saved: Enter the date"),
        ({**TYPED, "release_time": "after lunch"}, "“2027-06-01 after lunch”, is not saved"),
        ({**TYPED, "release_day": "2001-06-01"}, "That time has passed"),
        ({**TYPED, "release_day": "2027-05-31"}, "The proposed time is later"),
    ],
)
def test_typed_moment_that_cannot_be_kept_is_named(
    as_role, save_with, make_release, typed, sentence
):
    as_role("publisher")
    release = make_release(proposed_release_at=TEN)

    page = save_with(release, title="Typed, too", **typed)

    release.refresh_from_db()
    assert (release.title, release.proposed_release_at) == ("Typed, too", TEN)
    assert sentence in page.text


def test_moment_typed_under_embargo_changes_nothing_and_is_named(as_role, save_with, publish):
    as_role("publisher")
    release = publish(release_at=TEN)

    page = save_with(release, **TYPED | {"release_time": "11 am"})

    release.refresh_from_db()
    assert release.release_at == TEN
    assert "still scheduled for Tuesday, June 1, 2027, 10 a.m. PDT" in page.text


def test_publishing_now_with_another_moment_typed_asks(as_role, press, make_release):
    as_role("publisher")
    release = make_release(slug="records-office")

    page = press(release, "approve now", **TYPED)

    release.refresh_from_db()
    assert release.status == "draft"
    assert f"You typed {IN_WORDS}, but this button publishes now." in page.text


def test_untouched_moment_is_not_proposed(as_role, save_with, make_release):
    as_role("publisher")
    release = make_release(date=datetime.date(2027, 6, 1))

    save_with(release, release_day="2027-06-01", release_time="12:00 am", date="2027-06-02")

    release.refresh_from_db()
    assert release.proposed_release_at is None
