"""Unsaved text is restored into the form, for its author only, without saving it."""

import pytest
from django.contrib.sessions.models import Session

from releases import publishing
from releases.models import AuditEntry, Release, Section, WorkingCopy
from releases.publishing import drafts
from tests.admin.sending import sent_from

ADD = "/admin/releases/release/add/"
ORIGIN = {"Origin": "http://testserver"}


@pytest.fixture
def ana(client, staff):
    person = staff("publisher", "Ana")
    client.force_login(person)
    client.get("/admin/")
    return person


def form_of(client, address):
    return sent_from(client.get(address, follow=True).context)


def keep(client, address, **changed):
    return client.post(f"{address.removesuffix('change/')}working-copy/", changed)


@pytest.fixture
def draft(make_release, change_url):
    release = make_release(slug="records-office")
    for position, heading in enumerate("ab", start=1):
        Section.objects.create(release=release, position=position, heading=heading, body="Text.")
    return release, change_url(release)


def test_kept_text_is_offered_and_not_saved(ana, client, draft):
    release, form = draft
    typed = {**form_of(client, form), "title": "Half a title"}

    answer = keep(client, form, **typed)

    assert "at" in answer.json()
    release.refresh_from_db()
    assert release.title != "Half a title"
    assert not AuditEntry.objects.exists()
    assert "Half a title" in client.get(form).text


def test_restored_text_fills_the_form_and_can_be_saved(ana, client, draft):
    release, form = draft
    typed = {**form_of(client, form), "title": "Half a title", "sections-1-heading": "B typed"}
    typed |= {"sections-TOTAL_FORMS": 3, "sections-2-heading": "C", "sections-2-body": "New."}
    keep(client, form, **typed, **{"sections-2-kind": "body", "sections-__prefix__-kind": "body"})

    page = client.get(f"{form}?restore=copy-{WorkingCopy.objects.get().pk}")

    assert "Nothing has been saved yet" in page.text
    assert "Please correct" not in page.text
    assert not release.sections.filter(heading="C").exists()
    client.post(form, sent_from(page.context))
    release.refresh_from_db()
    assert release.title == "Half a title"
    assert [section.heading for section in release.sections.all()] == ["a", "B typed", "C"]
    assert not WorkingCopy.objects.exists()


def test_restored_text_is_checked_against_later_saves(ana, client, draft):
    release, form = draft
    keep(client, form, **{**form_of(client, form), "title": "Ana’s"})
    Release.objects.filter(pk=release.pk).update(title="Ben’s", updated_at="2044-01-01T00:00Z")
    page = client.get(f"{form}?restore=copy-{WorkingCopy.objects.get().pk}")

    again = client.post(form, sent_from(page.context))

    release.refresh_from_db()
    assert release.title == "Ben’s"
    assert "after you opened it" in again.text


def test_section_deleted_since_comes_back_as_a_new_one(ana, client, draft):
    release, form = draft
    keep(client, form, **form_of(client, form))
    release.sections.all()[0].delete()
    page = client.get(f"{form}?restore=copy-{WorkingCopy.objects.get().pk}")

    client.post(form, sent_from(page.context))

    assert {section.heading for section in release.sections.all()} == {"a", "b"}


def test_discarded_text_is_gone(ana, client, draft):
    _, form = draft
    keep(client, form, title="Half a title")

    client.post(form.replace("change/", "working-copy/discard/"))

    assert "Half a title" not in client.get(form).text
    assert not WorkingCopy.objects.exists()


def test_working_copy_is_private(ana, client, draft, staff):
    _, form = draft
    keep(client, form, title="Half a title")
    copy = WorkingCopy.objects.get()
    client.force_login(staff("publisher", "Ben"))

    assert "Half a title" not in client.get(form).text
    page = client.get(f"{form}?restore=copy-{copy.pk}")
    assert "no longer available" in page.text
    assert "Half a title" not in page.text
    assert "Half a title" not in client.get(form.replace("change/", "earlier/")).text
    client.post(form.replace("change/", "working-copy/discard/"))
    assert WorkingCopy.objects.exists()


@pytest.mark.parametrize("page", ["working-copy/", "working-copy/discard/", "earlier/"])
def test_who_may_not_change_the_release_reaches_none_of_it(
    client, staff, publish, in_an_hour, page
):
    client.force_login(staff("writer"))
    release = publish(in_an_hour)
    address = f"/admin/releases/release/{release.pk}/{page}"
    send = client.get if page == "earlier/" else client.post

    assert send(address, {"title": "x"}).status_code == 403
    assert not WorkingCopy.objects.exists()


def test_losing_the_role_closes_working_copies(ana, client, draft, in_an_hour):
    release, form = draft
    keep(client, form, title="Half a title")
    publishing.approve(release, in_an_hour)
    ana.groups.clear()

    assert client.get(form).status_code == 403
    assert client.get(form.replace("change/", "earlier/")).status_code == 403


def test_new_release_is_kept_and_restored_with_its_token(ana, client):
    typed = {**form_of(client, ADD), "title": "Brand new"}
    assert keep(client, ADD, **typed).status_code == 200
    assert "Brand new" in client.get(ADD, follow=True).text

    page = client.get(f"{ADD}?restore=copy-{WorkingCopy.objects.get().pk}", follow=True)

    assert sent_from(page.context)["form_token"] == typed["form_token"]
    client.post(ADD, {**sent_from(page.context), "slug": "brand-new"})
    assert Release.objects.get().title == "Brand new"
    assert not WorkingCopy.objects.exists()


def test_form_sent_twice_makes_one_draft(ana, client):
    typed = {**form_of(client, ADD), "title": "Clicked twice", "slug": "clicked-twice"}
    client.post(ADD, typed)

    second = client.post(ADD, typed, follow=True)

    release = Release.objects.get()
    assert second.redirect_chain[-1][0] == f"/admin/releases/release/{release.pk}/change/"
    assert "already sent this form" in second.text


def test_form_sent_again_after_its_draft_was_deleted_makes_none(ana, client):
    typed = {**form_of(client, ADD), "title": "Clicked twice", "slug": "clicked-twice"}
    client.post(ADD, typed)
    Release.objects.all().delete()

    second = client.post(ADD, typed, follow=True)

    assert "has been deleted" in second.text
    assert not Release.objects.exists()


def test_draft_is_taken_back_to_an_earlier_state(ana, client, draft):
    release, form = draft
    typed = form_of(client, form)
    client.post(form, {**typed, "title": "Second", "sections-0-DELETE": "on"})
    earlier = form.replace("change/", "earlier/")
    first = release.draft_states.last()

    compared = client.get(f"{earlier}?compare=state-{first.pk}")
    assert "County Opens a Records Office" in compared.text
    page = client.get(f"{form}?restore=state-{first.pk}")
    client.post(form, sent_from(page.context))

    release.refresh_from_db()
    assert release.title == "County Opens a Records Office"
    assert [section.heading for section in release.sections.all()] == ["a", "b"]


def test_earlier_state_with_fewer_sections_removes_the_others(ana, client, draft):
    release, form = draft
    client.post(form, {**form_of(client, form), "sections-1-DELETE": "on"})
    short = release.draft_states.first()
    typed = {**form_of(client, form), "sections-TOTAL_FORMS": 2}
    client.post(form, {**typed, "sections-1-kind": "body", "sections-1-body": "More."})
    assert release.sections.count() == 2

    page = client.get(f"{form}?restore=state-{short.pk}")
    client.post(form, sent_from(page.context))

    assert [section.heading for section in release.sections.all()] == ["a"]


def test_text_sent_after_the_session_ended_is_in_the_form_after_sign_in(ana, client, draft):
    release, form = draft
    typed = {**form_of(client, form), "title": "Typed too long", "_save": "Save"}
    Session.objects.all().delete()
    client.post(form, typed, headers=ORIGIN)

    sent = {"username": "Ana", "password": "password", "next": form}
    page = client.post("/admin/login/", sent, follow=True)

    assert "You were signed out" in page.text
    assert page.context["adminform"].form["title"].value() == "Typed too long"
    release.refresh_from_db()
    assert release.title != "Typed too long"
    client.post(form, sent_from(page.context))
    release.refresh_from_db()
    assert release.title == "Typed too long"


@pytest.mark.parametrize("name", ["copy-1", "copy-x", "state-9", "copy-" + "9" * 30, "x", "copy-²"])
def test_crafted_names_of_states_are_no_error(ana, client, draft, name):
    _, form = draft

    assert client.get(form, {"restore": name}).status_code in (200, 404)
    assert client.get(form.replace("change/", "earlier/"), {"compare": name}).status_code < 500


def test_crafted_fields_are_no_error(ana, client, draft):
    _, form = draft
    crafted = {"sections-9-id": "x", "sections-TOTAL_FORMS": "x", "title": "\0", "topics": "x"}
    keep(client, form, **crafted)

    assert client.get(f"{form}?restore=copy-{WorkingCopy.objects.get().pk}").status_code == 200


def test_keeping_answers_in_sentences(ana, client, draft, monkeypatch):
    _, form = draft
    keep(client, form, title="A")

    assert keep(client, form, title="B").status_code == 429
    monkeypatch.setattr(drafts, "MAX_CHARACTERS", 1)
    assert keep(client, form, title="B").json() == {"reason": "The text is too long."}


def test_proposed_text_is_no_longer_unsaved(client, staff, publish, change_url):
    client.force_login(staff("writer"))
    form = change_url(publish())
    typed = {**form_of(client, form), "title": "Better", "change_kind": "correction"}
    typed["change_note"] = "A wrong title."
    keep(client, form, **typed)

    first = client.post(form, typed)
    client.post(form, sent_from(first.context) if first.context else typed)

    assert not WorkingCopy.objects.exists()


def test_text_for_a_deleted_draft_becomes_a_new_one(ana, client, draft):
    release, form = draft
    typed = {**form_of(client, form), "title": "Typed meanwhile", "sections-1-body": "Typed, too."}
    release.delete()

    page = client.post(form, typed, follow=True)

    assert "This release has been deleted" in page.text
    client.post(page.request["PATH_INFO"], sent_from(page.context))
    new = Release.objects.get()
    assert (new.title, new.sections.last().body) == ("Typed meanwhile", "Typed, too.")
