"""Writing, approving and correcting a release in the admin."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.models import AuditEntry, Release, Section
from tests.admin.sending import sent_from


def change_page(release):
    return reverse("admin:releases_release_change", args=[release.pk])


def verb_page(release, name):
    return reverse("admin:releases_release_verb", args=[release.pk, name])


def posted(page, **fields):
    """Return the page's form as a browser would send it, with some fields changed."""
    return {**sent_from(page.context), **fields}


@pytest.fixture
def as_staff(client, staff):
    """Sign in with a role, as `as_staff("writer", "Ana")`; return the person."""

    def sign_in(role, name=""):
        person = staff(role, name)
        client.force_login(person)
        return person

    return sign_in


def test_draft_is_saved_and_its_author_noted(client, as_staff, make_release):
    writer, release = as_staff("writer"), make_release()
    page = client.get(change_page(release))

    client.post(change_page(release), posted(page, title="Another Title"))

    release.refresh_from_db()
    assert (release.title, release.edited_by) == ("Another Title", writer)
    assert release.audit_entries.get().origin == "admin, 127.0.0.1"


@pytest.mark.parametrize("key", ["x", "-1", "1.5", "9" * 40, "\0", "é"])
def test_invalid_topic_is_refused_with_a_message(client, as_staff, make_release, key):
    as_staff("writer")
    release = make_release()
    page = client.get(change_page(release))

    again = client.post(change_page(release), posted(page, topics=[key], title="Typed"))

    assert again.status_code == 200
    assert again.context["adminform"].form.errors["topics"]
    assert "Typed" in again.text


def test_second_saver_gets_their_text_back_with_the_difference(client, as_staff, make_release):
    as_staff("writer", "Ben")
    release = make_release()
    page = client.get(change_page(release))
    Release.objects.filter(pk=release.pk).update(title="Ana’s title", updated_at=timezone.now())

    again = client.post(change_page(release), posted(page, title="Ben’s title"))

    release.refresh_from_db()
    assert release.title == "Ana’s title"
    assert "after you opened it" in again.text
    assert "Ben’s title" in again.text
    assert "[deleted: </span>Ana’s" in again.text

    client.post(change_page(release), posted(again))
    release.refresh_from_db()
    assert release.title == "Ben’s title"


def test_correction_goes_out_only_after_its_difference_was_read(client, as_staff, publish):
    as_staff("publisher")
    release = publish()
    page = client.get(change_page(release))
    correction = {
        "title": "New Title",
        "change_kind": "correction",
        "change_note": "A wrong title.",
    }

    first = client.post(change_page(release), posted(page, **correction))
    assert "What would change" in first.text
    assert release.versions.count() == 1

    client.post(change_page(release), posted(first))
    assert [version.kind for version in release.versions.all()] == ["issued", "correction"]


def test_note_without_a_change_is_refused_and_kept(client, as_staff, publish):
    as_staff("publisher")
    release = publish()
    page = client.get(change_page(release))

    again = client.post(change_page(release), posted(page, change_note="The date was wrong."))

    assert "you wrote a note, but the release has not changed" in again.text
    assert "The date was wrong.</textarea>" in again.text


def test_refused_change_is_undone_and_comes_back(client, as_staff, publish):
    as_staff("publisher")
    release = publish()
    page = client.get(change_page(release))
    first = client.post(change_page(release), posted(page, title="Quite Other"))

    second = client.post(change_page(release), posted(first))

    release.refresh_from_db()
    assert "The wording has changed" in second.text
    assert "Quite Other" in second.text
    assert release.title == "County Opens a Records Office"


def test_what_is_needed_is_named_with_its_field(client, as_staff, make_release):
    as_staff("publisher")

    page = client.get(change_page(make_release(body=""))).text

    assert 'data-field="body">The text is missing.' in page


def test_single_refused_field_is_linked_above_the_form(client, as_staff, make_release, save):
    page = save(make_release(), date="nonsense").text

    assert "Please correct the error below" in page
    assert '<a href="#id_date">Date: Enter a valid date.</a>' in page


def test_approval_page_has_a_checklist(client, as_staff, publish, make_release):
    as_staff("publisher")
    publish()
    release = make_release(contact="", dateline="", slug="old", body="On Monday, May 14, 2024.")

    page = client.get(verb_page(release, "approve")).text

    for sentence in (
        "There is no press contact",
        "There is no dateline",
        "names the wrong day of the week",
        "The address says “old”",
        "Another release has the same title: 2024-0001.",
    ):
        assert sentence in page


def do(client, release, name, **fields):
    seen = Release.objects.get(pk=release.pk).updated_at.isoformat()
    return client.post(verb_page(release, name), {"seen": seen, **fields})


IN_2044 = {"effect": "schedule", "release_day": "2044-05-16", "release_time": "9 am"}
IN_2044 |= {"named": "2044-05-16T16:00:00+00:00", "confirm": "on"}
IN_2044 |= {"asked": "schedule 2044-05-16T16:00:00+00:00"}


def test_approval_takes_the_office_time(client, as_staff, make_release):
    as_staff("publisher")
    release = make_release()

    do(client, release, "approve", **IN_2044)

    release.refresh_from_db()
    assert release.release_at == datetime.datetime(2044, 5, 16, 16, 0, tzinfo=datetime.UTC)
    assert "under embargo until Monday, May 16, 2044, 9 a.m. PDT (16:00 UTC)" in (
        client.get(change_page(release)).text
    )


def test_ambiguous_hour_is_asked_for_again_and_taken_with_its_zone(client, as_staff, make_release):
    as_staff("publisher")
    release = make_release()

    page = do(client, release, "approve", release_day="2044-11-06", release_time="1:30 am")
    assert "occurs twice on Sunday, November 6, 2044" in page.text

    moment = "2044-11-06T09:30:00+00:00"
    confirmed = {"named": moment, "asked": f"schedule {moment}", "confirm": "on"}
    do(
        client,
        release,
        "approve",
        release_day="2044-11-06",
        release_time="1:30 am PST",
        **confirmed,
    )
    release.refresh_from_db()
    assert release.release_at == datetime.datetime(2044, 11, 6, 9, 30, tzinfo=datetime.UTC)


def test_double_clicked_approval_happens_once(client, as_staff, make_release):
    as_staff("publisher")
    release = make_release()
    data = {"seen": release.updated_at.isoformat(), **IN_2044}

    client.post(verb_page(release, "approve"), data)
    second = client.post(verb_page(release, "approve"), data)

    assert "after you opened it" in second.text
    assert release.versions.count() == 1


def test_own_approval_is_refused_with_a_message(client, as_staff, make_release):
    release = make_release(edited_by=as_staff("publisher"))

    page = do(client, release, "approve", **IN_2044)

    assert "You made the last change" in page.text


def test_withdrawal_with_a_successor(client, as_staff, publish):
    as_staff("publisher")
    release, successor = publish(), publish()

    do(client, release, "withdraw", reason="A wrong county.", successor=successor.number)

    release.refresh_from_db()
    assert (release.status, release.successor) == ("withdrawn", successor)


def test_preview_shows_the_public_page_and_is_not_cached(client, as_staff, make_release):
    as_staff("writer")
    release = make_release(body="Words to come.")

    page = client.get(reverse("admin:releases_release_preview", args=[release.pk]))

    assert "Words to come." in page.text
    assert "Preview, for staff only." in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_published_release_is_not_deleted_by_any_way(client, as_staff, publish, admin_user):
    client.force_login(admin_user)
    release = publish()

    single = client.post(
        reverse("admin:releases_release_delete", args=[release.pk]), {"post": "yes"}
    )
    client.post(
        reverse("admin:releases_release_changelist"),
        {"action": "delete_selected", "_selected_action": [release.pk], "post": "yes"},
    )

    assert single.status_code == 403
    assert Release.objects.filter(pk=release.pk).exists()


def test_list_costs_the_same_for_many_releases(client, admin_user, publish, make_release):
    client.force_login(admin_user)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("admin:releases_release_changelist"))
        return len(captured)

    publish()
    queries()  # the first request updates the session
    few = queries()
    for _ in range(6):
        publish()
    assert queries() == few


def test_release_with_a_stranger_s_right_is_refused(client, django_user_model, publish):
    client.force_login(django_user_model.objects.create_user("temp", is_staff=True))
    release = publish()

    assert client.get(verb_page(release, "withdraw")).status_code == 403
    assert publishing.blockers(release) == ["This release is already approved."]


def test_unchanged_save_keeps_the_text(make_release, save):
    text = "SPRINGFIELD – The county opened an office.\n\nIt is open\\\nto all."
    release = make_release(body=text)
    Section.objects.create(release=release, position=1, body="One.\n\nTwo.")
    publishing.approve(release, timezone.now())

    answer = save(release)

    assert answer.status_code == 200
    release.refresh_from_db()
    assert (release.body, release.sections.get().body) == (text, "One.\n\nTwo.")
    assert release.versions.count() == 1


def test_draft_is_deleted_by_an_administrator_and_noted(client, as_staff, make_release):
    as_staff("administrator")
    release = make_release()
    delete = reverse("admin:releases_release_delete", args=[release.pk])

    assert delete in client.get(change_page(release)).text
    client.post(delete, {"post": "yes"})

    assert not Release.objects.exists()
    assert AuditEntry.objects.get().action == "deleted"


def test_new_draft_is_created_by_its_writer(client, as_staff):
    writer = as_staff("writer")
    page = client.get(reverse("admin:releases_release_add"), follow=True)

    client.post(reverse("admin:releases_release_add"), posted(page, title="New", language="en"))

    release = Release.objects.get()
    assert release.edited_by == writer
    assert [(line.action, line.by) for line in release.audit_entries.all()] == [("created", writer)]


def test_unchanged_save_leaves_no_trace(client, as_staff, make_release, attach_image):
    release = make_release(slug="an-office", title=" As imported ", body="One.\nTwo.\n")
    release.sections.create(position=1, heading="About ", body="One.\n\nTwo.\n")
    attach_image(release)
    before = Release.objects.get().updated_at
    as_staff("writer")

    client.post(change_page(release), posted(client.get(change_page(release))))

    release.refresh_from_db()
    assert (release.edited_by, release.updated_at) == (None, before)
    assert not release.audit_entries.exists()


def test_changed_section_is_named_in_the_audit(client, as_staff, make_release):
    release = make_release(slug="an-office")
    release.sections.create(position=1, body="One.")
    as_staff("writer")
    page = client.get(change_page(release))

    client.post(change_page(release), posted(page, **{"sections-0-body": "Two."}))

    assert release.audit_entries.get().why == "Sections"
