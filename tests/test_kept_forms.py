"""A form that could not be sent comes back with all that was typed, to the one who typed it."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pressroom.sign_in import held_posts
from releases.models import Topic

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
    """The fields that the page would send."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))


def test_form_sent_after_the_session_ended_comes_back_after_sign_in(client, ana):
    end_session(client)
    page = client.post(TOPICS, TYPED, headers=ORIGIN, follow=True)
    assert "What you typed is kept" in page.text

    again = sign_in(client, "Ana", TOPICS)

    assert not Topic.objects.exists()
    assert "Nothing was saved yet" in again.text
    assert hidden(again)["name"] == "Water rights"
    client.post(TOPICS, hidden(again))
    assert Topic.objects.get().name == "Water rights"
    client.get(TOPICS)  # says that it was added
    assert "Water rights" not in client.get(TOPICS).text


def test_files_of_a_form_that_comes_back_are_named(client, ana):
    end_session(client)
    sent = {
        "text": "Typed",
        "upload": [SimpleUploadedFile(name, b"x") for name in ("a.csv", "b.csv")],
    }
    client.post(IMPORT, sent, headers=ORIGIN)

    page = sign_in(client, "Ana", IMPORT)

    assert "choose a.csv, b.csv again" in page.text
    assert hidden(page)["text"] == "Typed"


def test_file_of_a_release_s_form_that_comes_back_is_named(client, staff):
    client.force_login(staff("publisher", "Ana"))
    client.get(RELEASE)
    end_session(client)
    photo = SimpleUploadedFile("photo.png", b"x")
    client.post(RELEASE, {"title": "Half", "images-0-upload": photo}, headers=ORIGIN)

    page = sign_in(client, "Ana", RELEASE)

    assert "choose photo.png again" in page.text
    assert "Half" in page.text


def test_who_signs_in_in_their_place_does_not_get_the_text(client, ana, staff):
    staff("administrator", "Ben")
    end_session(client)
    client.post(TOPICS, TYPED, headers=ORIGIN)

    assert "Water rights" not in sign_in(client, "Ben", TOPICS).text
    assert "Water rights" not in str([kept.get_decoded() for kept in Session.objects.all()])


def test_text_that_another_site_sent_is_not_kept(client, ana):
    end_session(client)

    page = client.post(TOPICS, TYPED, headers={"Origin": "http://evil.example"}, follow=True)

    assert "What you typed is kept" not in page.text
    assert not Session.objects.exists()


def test_strangers_do_not_fill_the_database(client, db):
    much = {"name": "x" * (held_posts.LARGEST_OF_STRANGERS + 1)}

    client.post(TOPICS, much, headers=ORIGIN)

    assert not Session.objects.exists()


def test_passwords_are_not_kept(client, ana):
    end_session(client)
    client.post("/admin/password_change/", {"new_password1": "hunter2"}, headers=ORIGIN)

    assert "hunter2" not in str([session.get_decoded() for session in Session.objects.all()])


def test_kept_text_is_let_go_of_when_its_sender_says_so(client, ana):
    end_session(client)
    client.post(TOPICS, TYPED, headers=ORIGIN)
    sign_in(client, "Ana", "/admin/")

    client.post(TOPICS, {held_posts.DISCARD: "yes"})

    assert "Water rights" not in client.get(TOPICS).text


def test_kept_text_is_offered_after_a_second_factor_was_demanded(client, staff, settings):
    staff("publisher", "Ana")
    sign_in(client, "Ana", TOPICS)
    end_session(client)
    client.post(TOPICS, TYPED, headers=ORIGIN)
    settings.REQUIRE_SECOND_FACTOR = "staff"

    page = sign_in(client, "Ana", TOPICS)

    assert f'<a href="{TOPICS}">Continue with it</a>' in page.text


@pytest.fixture
def strict(ana):
    """Ana's browser, with forms that need their token."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)
    browser.get(TOPICS)
    return browser


def test_stale_token_shows_what_was_typed_and_sends_it_once_confirmed(strict):
    stale = {**TYPED, "csrfmiddlewaretoken": "x" * 64, "rows-__prefix__-kind": "of no row"}

    page = strict.post(TOPICS, stale, headers=ORIGIN)

    assert page.status_code == 403
    assert "Nothing was saved yet" in page.text
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
def test_what_another_site_sent_is_refused_and_not_offered(strict, headers):
    page = strict.post(TOPICS, TYPED, headers=headers)

    assert page.status_code == 403
    assert "Water rights" not in page.text
