"""Typed text is rendered by the site's own renderer, and pasted text read by the import's rules."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

pytestmark = pytest.mark.django_db

PREVIEW = "admin:releases_release_editor_preview"
PASTE = "admin:releases_release_editor_paste"


@pytest.fixture
def ask(client, staff):
    """Post a text as a person with a role: `ask(PREVIEW, "A text.", role="writer")`."""

    def post(page, text, role="writer"):
        client.force_login(staff(role, "Ana"))
        return client.post(reverse(page), {"text": text})

    return post


def test_preview_is_what_the_site_renders_without_ids(ask):
    answer = ask(PREVIEW, "A **bold** <b>word</b>.")

    assert answer.content.decode() == "<p>A <strong>bold</strong> &lt;b&gt;word&lt;/b&gt;.</p>\n"


def test_pasted_lines_become_paragraphs_and_lists(ask):
    wrapped = (
        "The county opened an office today and said that it\nwould stay open.\n\n• one\n• two*"
    )

    answer = ask(PASTE, wrapped).json()

    paragraph = "The county opened an office today and said that it would stay open."
    assert answer == {"markdown": f"{paragraph}\n\n- one\n- two\\*", "notes": []}


def test_paste_reports_what_it_changed(ask):
    answer = ask(PASTE, "A soft\u00adhyphen and\nmore").json()

    assert answer["markdown"].startswith("A softhyphen")
    assert "Invisible characters removed: 1" in answer["notes"][0]


@pytest.mark.parametrize("page", [PREVIEW, PASTE])
@pytest.mark.parametrize("text", ["a" * 200_001, "a\n" * 50_000])
def test_text_that_takes_long_is_refused(ask, page, text):
    assert ask(page, text).status_code == 413


@pytest.mark.parametrize("page", [PREVIEW, PASTE])
def test_staff_without_a_role_and_reading_requests_are_refused(client, page, staff):
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.post(reverse(page), {"text": "A text."}).status_code == 403
    client.force_login(staff("writer", "Ben"))
    assert client.get(reverse(page)).status_code == 405
