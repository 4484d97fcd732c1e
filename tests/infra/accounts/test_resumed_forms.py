"""A form that could not be sent is shown again with its content, to its sender only."""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pressroom.infra.accounts import interrupted_files, interrupted_posts
from releases.media import interrupted_uploads as files
from releases.media import quotas
from releases.models import Release, Topic
from tests.admin.imported import import_queued
from tests.admin.sending import sent_from
from tests.media import samples

ORIGIN = {"Origin": "http://testserver"}
IMPORT = "/admin/releases/release/import/"
RELEASE = "/admin/releases/release/add/"
TOPICS = "/admin/releases/topic/add/"
TYPED = {"name": "Water rights", "slug": "water-rights", "_save": "Save"}


@pytest.fixture
def ana(client, staff):
    person = staff("administrator", "Ana")
    client.force_login(person)
    client.get(TOPICS)
    return person


def end_session(client):
    Session.objects.all().delete()


def sign_in(client, name, following):
    sent = {"username": name, "password": "password", "next": following}
    return client.post(reverse("admin:login"), sent, follow=True)


def hidden(page):
    """Return the hidden fields of the page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))


def test_form_sent_after_sign_out_is_shown_after_sign_in(client, ana):
    end_session(client)
    page = client.post(TOPICS, TYPED, headers=ORIGIN, follow=True)
    assert "Your text is still here" in page.text

    again = sign_in(client, "Ana", TOPICS)

    assert not Topic.objects.exists()
    assert "Nothing has been saved yet" in again.text
    assert hidden(again)["name"] == "Water rights"
    client.post(TOPICS, hidden(again))
    assert Topic.objects.get().name == "Water rights"
    client.get(TOPICS)  # says that it was added
    assert "Water rights" not in client.get(TOPICS).text


RECORD = b'{"title": "One", "date": "2024-05-14", "body": "A text."}'
TWO = b'{"title": "Two", "date": "2024-05-14", "body": "A text."}'


def send_files(browser, **fields):
    """Submit an import of two valid files."""
    chosen = [SimpleUploadedFile("a.jsonl", RECORD), SimpleUploadedFile("b.jsonl", TWO)]
    return browser.post(IMPORT, {"upload": chosen, **fields}, headers=ORIGIN)


def test_files_of_an_interrupted_form_are_stored(client, ana):
    end_session(client)
    send_files(client)

    page = sign_in(client, "Ana", IMPORT)
    assert "a.jsonl, b.jsonl are still attached" in page.text
    assert not Release.objects.exists()

    queued = client.post(IMPORT, hidden(page), follow=True)
    assert "2 saved as draft" in import_queued(client, queued).text


def test_files_survive_a_second_sign_out(client, ana):
    end_session(client)
    send_files(client)
    page = sign_in(client, "Ana", IMPORT)
    end_session(client)
    client.post(IMPORT, hidden(page), headers=ORIGIN)

    again = sign_in(client, "Ana", IMPORT)

    assert "still attached" in again.text
    queued = client.post(IMPORT, hidden(again), follow=True)
    assert "2 saved as draft" in import_queued(client, queued).text


def test_picture_of_an_interrupted_form_is_in_its_row(client, staff, make_release):
    client.force_login(staff("publisher", "Ana"))
    release = make_release(slug="records-office")
    address = reverse("admin:releases_release_change", args=[release.pk])
    sent = sent_from(client.get(address).context)
    end_session(client)
    photo = SimpleUploadedFile("photo.png", samples.photograph())
    row = {"upload": photo, "alt": "Two halves", "position": 0}
    rows = {"images-TOTAL_FORMS": 8, **{f"images-7-{name}": row[name] for name in row}}
    client.post(address, {**sent, **rows}, headers=ORIGIN)

    page = sign_in(client, "Ana", address)
    assert "“photo.png” is still attached" in page.text
    client.post(address, sent_from(page.context))

    assert release.images.get().original_name == "photo.png"


def test_unusable_picture_of_an_interrupted_form_is_refused(client, staff):
    client.force_login(staff("publisher", "Ana"))
    client.get(RELEASE)
    end_session(client)
    photo = SimpleUploadedFile("photo.png", b"x")
    rows = {"images-TOTAL_FORMS": 1, "images-INITIAL_FORMS": 0, "images-0-upload": photo}
    client.post(RELEASE, {"title": "Half", **rows}, headers=ORIGIN)

    page = sign_in(client, "Ana", RELEASE)

    [row] = page.context["inline_admin_formsets"][1].formset.forms
    assert list(row.errors) == ["upload"]
    assert "Half" in page.text


def stored():
    return default_storage.listdir("")[0] if default_storage.exists("") else []


@pytest.mark.parametrize("owner", ["", "forged", "dismissed", "no longer of the staff"])
def test_who_is_not_of_the_staff_stores_no_file(client, ana, owner):
    end_session(client)
    if owner in ("", "forged"):
        client.cookies[interrupted_posts.OWNER_COOKIE] = f"{ana.pk}:1:{owner}"
    User.objects.update(is_active=owner != "dismissed", is_staff=owner != "no longer of the staff")

    send_files(client)

    assert stored() == []


def test_files_that_another_site_sent_are_not_stored(client, ana):
    end_session(client)

    upload = SimpleUploadedFile("a.jsonl", RECORD)
    client.post(IMPORT, {"upload": upload}, headers={"Origin": "http://evil.example"})

    assert stored() == []


@pytest.mark.parametrize("bound", ["MAX_BYTES_PER_FORM", "MAX_FILES_PER_FORM"])
def test_files_beyond_the_bound_are_named_alone(client, ana, monkeypatch, bound):
    monkeypatch.setattr(files, bound, 1)
    end_session(client)
    send_files(client, text="Typed")

    page = sign_in(client, "Ana", IMPORT)

    assert "choose a.jsonl, b.jsonl again" in page.text
    assert hidden(page)["text"] == "Typed"


def test_files_beyond_the_quota_are_named_alone(client, ana, monkeypatch):
    monkeypatch.setattr(quotas, "DAILY_BYTES", 10)
    end_session(client)
    send_files(client)

    assert "choose a.jsonl, b.jsonl again" in sign_in(client, "Ana", IMPORT).text
    assert stored() == []


def test_handle_of_files_is_its_sender_s(client, ana, staff):
    end_session(client)
    send_files(client)
    page = sign_in(client, "Ana", IMPORT)
    client.force_login(staff("administrator", "Ben"))

    answer = client.post(IMPORT, hidden(page), follow=True)

    assert "no longer available. Choose them again" in answer.text
    assert not Release.objects.exists()


def test_files_of_a_form_with_a_stale_token_are_stored(strict):
    stale = {"csrfmiddlewaretoken": "x" * 64}

    page = strict.post(TOPICS, {**stale, "file": SimpleUploadedFile("a", b"x")}, headers=ORIGIN)

    assert "a is still attached" in page.text
    assert interrupted_files.HANDLE in hidden(page)


def test_who_signs_in_in_their_place_does_not_get_the_text(client, ana, staff):
    staff("administrator", "Ben")
    end_session(client)
    client.post(TOPICS, TYPED, headers=ORIGIN)

    assert "Water rights" not in sign_in(client, "Ben", TOPICS).text
    assert "Water rights" not in str([kept.get_decoded() for kept in Session.objects.all()])


def test_cross_origin_form_is_not_stored(client, ana):
    end_session(client)

    page = client.post(TOPICS, TYPED, headers={"Origin": "http://evil.example"}, follow=True)

    assert "Your text is still here" not in page.text
    assert not Session.objects.exists()


def test_anonymous_forms_are_bounded(client, db):
    much = {"name": "x" * (interrupted_posts.MAX_ANONYMOUS_CHARACTERS + 1)}

    client.post(TOPICS, much, headers=ORIGIN)

    assert not Session.objects.exists()


def test_passwords_are_not_stored(client, ana):
    end_session(client)
    client.post("/admin/password_change/", {"new_password1": "hunter2"}, headers=ORIGIN)

    assert "hunter2" not in str([session.get_decoded() for session in Session.objects.all()])


def test_stored_form_can_be_discarded(client, ana):
    end_session(client)
    client.post(TOPICS, TYPED, headers=ORIGIN)
    sign_in(client, "Ana", "/admin/")

    client.post(TOPICS, {interrupted_posts.DISCARD_BUTTON: "yes"})

    assert "Water rights" not in client.get(TOPICS).text


def test_stored_form_is_offered_after_setting_up_a_second_factor(client, staff, settings):
    staff("publisher", "Ana")
    sign_in(client, "Ana", TOPICS)
    end_session(client)
    client.post(TOPICS, TYPED, headers=ORIGIN)
    settings.REQUIRE_SECOND_FACTOR = "staff"

    page = sign_in(client, "Ana", TOPICS)

    assert f'<a href="{TOPICS}">Continue</a>' in page.text


@pytest.fixture
def strict(ana):
    """Ana's client with CSRF checks enabled."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)
    browser.get(TOPICS)
    return browser


def test_stale_token_shows_the_text_and_resends_it_once(strict):
    stale = {**TYPED, "csrfmiddlewaretoken": "x" * 64, "rows-__prefix__-kind": "of no row"}

    page = strict.post(TOPICS, stale, headers=ORIGIN)

    assert page.status_code == 403
    assert "Nothing has been saved yet" in page.text
    assert "<dd>Water rights</dd>" in page.text
    assert "<dd>of no row</dd>" not in page.text
    assert not Topic.objects.exists()
    strict.post(TOPICS, hidden(page), headers=ORIGIN)
    assert Topic.objects.get().slug == "water-rights"


def test_stale_token_at_the_sign_in_asks_for_the_password_again(strict):
    sent = {"username": "Ana", "password": "hunter2", "next": "/admin/"}

    page = strict.post(reverse("admin:login"), sent, headers=ORIGIN)

    assert "enter your password again" in page.text
    assert "hunter2" not in page.text
    assert 'name="username" value="Ana"' in page.text


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {}])
def test_foreign_submission_is_refused_and_not_offered(strict, headers):
    page = strict.post(TOPICS, TYPED, headers=headers)

    assert page.status_code == 403
    assert "Water rights" not in page.text
