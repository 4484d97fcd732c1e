"""Contacts, boilerplate, templates, copies and translations in the admin."""

import datetime

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.models import Boilerplate, Contact, Release, ReleaseTemplate, Section, Topic
from tests.admin.sending import sent_from
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def page(name, *keys):
    return reverse(f"admin:releases_release_{name}", args=keys)


@pytest.fixture
def writer(client, staff):
    person = staff("writer")
    client.force_login(person)
    return person


@pytest.fixture
def about(staff):
    """A boilerplate in its first version."""
    boilerplate = Boilerplate(name="About")
    publishing.save_boilerplate(boilerplate, "About the County", "It serves all.")
    return boilerplate


def test_chosen_contact_is_printed_and_later_edits_leave_it(client, writer, make_release):
    contact = Contact.objects.create(name="Jane Roe", role="Press Secretary", phone="555 0100")
    release = make_release()
    sent = sent_from(client.get(page("change", release.pk)).context)

    client.post(page("change", release.pk), {**sent, "contact_from": contact.pk})
    Contact.objects.update(phone="555 0199")

    release.refresh_from_db()
    assert release.contact == "Jane Roe, Press Secretary\n555 0100"


def test_typed_contact_is_not_replaced_by_a_chosen_one(client, writer, make_release):
    contact = Contact.objects.create(name="Jane Roe", phone="555 0100")
    release = make_release()
    sent = sent_from(client.get(page("change", release.pk)).context)

    typed = {"contact": "Typed by hand", "contact_from": contact.pk}
    again = client.post(page("change", release.pk), {**sent, **typed})

    assert "You changed the contact below, too" in again.text
    assert "Typed by hand</textarea>" in again.text


def test_only_contacts_valid_today_are_offered(client, writer, make_release):
    today = timezone.localdate()
    for name, since, until in (
        ("Past", None, today - DAY),
        ("Now", today, today),
        ("Coming", today + DAY, None),
    ):
        Contact.objects.create(name=name, phone="1", valid_from=since, valid_until=until)

    form = client.get(page("change", make_release().pk)).context["adminform"].form

    assert [str(each) for each in form.fields["contact_from"].queryset] == ["Now"]


def test_boilerplate_keeps_the_version_that_a_draft_took(client, writer, make_release, about):
    release = make_release()
    client.post(page("boilerplate", release.pk), {"boilerplate": about.pk})

    publishing.save_boilerplate(about, "About the County", "It serves everybody.")

    section = release.sections.get()
    assert (section.kind, section.heading, section.body) == (
        Section.Kind.ABOUT,
        "About the County",
        "It serves all.",
    )
    assert "Newer version of About" in client.get(page("change", release.pk)).text


def test_draft_takes_the_newer_version_in_the_same_section(client, writer, make_release, about):
    release = make_release()
    client.post(page("boilerplate", release.pk), {"boilerplate": about.pk})
    publishing.save_boilerplate(about, "About the County", "It serves everybody.")

    client.post(page("boilerplate", release.pk), {"boilerplate": about.pk})

    assert release.sections.get().body == "It serves everybody."
    assert "Newer version" not in client.get(page("change", release.pk)).text


def test_unchanged_boilerplate_gets_no_new_version(about):
    publishing.save_boilerplate(about, "About the County", "It serves all.")

    assert about.texts.count() == 1


def test_released_text_takes_no_boilerplate(publish, about):
    with pytest.raises(publishing.ActionRefusedError, match="Only drafts"):
        publishing.use_boilerplate(publish(), about)


def test_template_prefills_a_draft(client, writer, about):
    topic = Topic.objects.create(name="Water", slug="water")
    contact = Contact.objects.create(name="Jane Roe", phone="555 0100")
    template = ReleaseTemplate.objects.create(
        name="Statement", title="Statement on [subject]", contact=contact, boilerplate=about
    )
    template.topics.add(topic)
    template.sections.create(kind="background", heading="Facts", body="[Fact]")

    answer = client.post(page("start"), {"template": template.pk})

    draft = Release.objects.get()
    assert answer.url == page("change", draft.pk)
    assert (draft.title, draft.contact) == ("Statement on [subject]", "Jane Roe\n555 0100")
    assert [s.heading for s in draft.sections.all()] == ["Facts", "About the County"]
    assert list(draft.topics.all()) == [topic]
    assert draft.audit_entries.get().why == "From the template Statement"


def test_publisher_begins_with_four_standard_templates(client, staff):
    client.force_login(staff("publisher"))
    for _ in range(2):
        client.post(page("start"), {"standard": "yes"})

    names = [template.name for template in ReleaseTemplate.objects.all()]
    assert names == ["Media advisory", "Recall", "Settlement", "Statement"]


def test_copy_is_a_draft_without_number_moment_and_files(
    client, writer, make_release, attach_image
):
    draft = make_release()
    attach_image(draft)
    Section.objects.create(release=draft, position=1, body="Hours.")
    original = publishing.approve(draft, NOON)

    client.post(page("copy", original.pk))

    draft = Release.objects.latest("pk")
    assert (draft.status, draft.number, draft.date, draft.release_at) == ("draft", None, None, None)
    assert (draft.title, draft.body) == (original.title, original.body)
    assert not draft.versions.exists()
    assert not draft.images.exists()


def test_copy_takes_files_where_asked(client, writer, make_release, attach_image):
    original = make_release()
    image = attach_image(original)

    client.post(page("copy", original.pk), {"with_files": "on"})

    copied = Release.objects.latest("pk").images.get()
    assert (copied.alt, copied.sha256) == (image.alt, image.sha256)
    # Its own files: those of the original may be swept with its draft.
    names = [copied.original.name, *(stored.file for stored in copied.stored())]
    assert {name.partition("/")[0] for name in names} == {copied.key}
    assert all(map(default_storage.exists, names))
    assert copied.key != image.key


def test_text_that_was_taken_down_is_not_copied(publish):
    removed = publishing.remove(publish(), "It named a minor.")

    with pytest.raises(publishing.ActionRefusedError, match="taken down"):
        publishing.copy_release(removed)


def test_translation_is_paired_and_written_beside_the_original(client, writer, publish):
    original = publish(body="First.\n\nSecond.")
    client.post(page("translate", original.pk), {"language": "es"})
    draft = Release.objects.get(translation_of=original)
    side = client.get(page("translation", draft.pk))
    assert side.context["left"] == 4  # title, dateline, two paragraphs

    typed = {"seen": side.context["seen"], "title": "Noticias", "body-1": "Primero."}
    client.post(page("translation", draft.pk), typed)

    draft.refresh_from_db()
    assert (draft.language, draft.title, draft.body) == ("es", "Noticias", "Primero.\n\nSecond.")
    assert draft.date == original.date


def test_saving_beside_the_original_refuses_an_outdated_page(client, writer, publish):
    draft = publishing.start_translation(publish(), "es")

    old = {"seen": "2024-05-14T19:00:00+00:00", "title": "Noticias"}
    answer = client.post(page("translation", draft.pk), old)

    draft.refresh_from_db()
    assert draft.title != "Noticias"
    assert "after you opened it" in answer.text
    assert "Noticias" in answer.text


def test_second_translation_into_a_language_is_refused(publish):
    original = publish()
    publishing.start_translation(original, "es")

    with pytest.raises(publishing.ActionRefusedError, match="translation already"):
        publishing.start_translation(original, "es")


@pytest.mark.parametrize(("name", "fields"), [("copy", {}), ("translate", {"language": "es"})])
def test_form_sent_twice_makes_one_draft(client, writer, publish, name, fields):
    address = page(name, publish().pk)
    sent = {**fields, "form_token": client.get(address).context["form_token"]}

    first, second = client.post(address, sent), client.post(address, sent, follow=True)

    draft = Release.objects.get(status="draft")
    assert str(draft.pk) in first.url
    assert "You already sent this form." in second.text


def test_template_sent_twice_makes_one_draft(client, writer):
    template = ReleaseTemplate.objects.create(name="Statement", title="Statement on [subject]")
    token = client.get(page("start")).context["form_token"]

    for _ in range(2):
        client.post(page("start"), {"template": template.pk, "form_token": token})

    assert Release.objects.count() == 1


def test_translated_paragraphs_outlive_a_shortened_original(client, writer, publish):
    original = publish(body="One.\n\nTwo.\n\nThree.")
    draft = publishing.start_translation(original, "es")
    Release.objects.filter(pk=draft.pk).update(body="Uno.")
    side = client.get(page("translation", draft.pk))
    original.body = "One."
    with transaction.atomic():
        original.save()
        publishing.record_change(original, "correction", "Shorter.")

    typed = {"seen": side.context["seen"], "title": "Uno", "body-1": "Uno.", "body-3": "Tres."}
    client.post(page("translation", draft.pk), typed)

    draft.refresh_from_db()
    assert draft.body == "Uno.\n\nTres."


def test_template_has_no_longer_texts_than_a_release(admin_client):
    sent = {"name": "Long", "title": "x" * 2_001, "language": "en"}

    again = admin_client.post(
        reverse("admin:releases_releasetemplate_add"),
        {**sent, "sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0},
    )

    assert "at most 2000 characters" in again.text
    assert not ReleaseTemplate.objects.exists()


@pytest.mark.parametrize("copied", ["copy", "translation"])
def test_copy_of_an_embargoed_release_keeps_its_moment_as_proposal(publish, in_an_hour, copied):
    original = publish(in_an_hour)

    if copied == "copy":
        draft = publishing.copy_release(original)
    else:
        draft = publishing.start_translation(original, "es")

    assert draft.proposed_release_at == in_an_hour
    Release.objects.filter(pk=draft.pk).update(date=original.date)
    with pytest.raises(publishing.ConfirmationRequiredError):
        publishing.approve(draft, None)


def test_translation_keeps_an_address_that_was_chosen(publish):
    draft = publishing.start_translation(publish(), "es")
    Release.objects.filter(pk=draft.pk).update(slug="oficina")

    publishing.save_translation(draft, {"title": "Abre una oficina"}, {})

    assert Release.objects.get(pk=draft.pk).slug == "oficina"
