"""Each action button of a release's form saves it and redirects to the action's page."""

import pytest
from django.urls import reverse

from releases.admin.actions import ACTIONS
from releases.admin.save_and_continue import NEXT
from tests.admin.sending import sent_from


@pytest.fixture
def press(client, change_url):
    """Open the form, change fields and press a button."""

    def send(release, button, **changed):
        sent = sent_from(client.get(change_url(release)).context)
        return client.post(change_url(release), {**sent, **changed, NEXT: button})

    return send


@pytest.fixture
def ana(client, staff):
    person = staff("publisher", "Ana")
    client.force_login(person)
    return person


@pytest.mark.parametrize("name", ["submit", "approve", "pair"])
def test_verb_is_reached_with_the_text_saved(ana, press, make_release, name):
    release = make_release()

    answer = press(release, name, title="Typed just now")

    release.refresh_from_db()
    assert answer.url == reverse("admin:releases_release_verb", args=[release.pk, name])
    assert release.title == "Typed just now"


def test_preview_shows_the_typed_text(ana, press, make_release, client):
    answer = press(make_release(), "preview", title="Typed just now")

    assert "Typed just now" in client.get(answer.url).text


def test_refused_text_stays_in_the_form(ana, press, make_release):
    release = make_release()

    answer = press(release, "submit", title="Typed just now", date="tomorrow")

    release.refresh_from_db()
    assert release.title != "Typed just now"
    assert answer.status_code == 200
    assert "Typed just now" in answer.text


def test_unchanged_form_continues_without_an_edit(ana, press, make_release):
    release = make_release(slug="records-office")

    assert press(release, "preview").status_code == 302

    release.refresh_from_db()
    assert release.edited_by is None
    assert not release.audit_entries.exists()


def test_new_release_is_saved_before_its_preview(ana, client):
    add = reverse("admin:releases_release_add")
    sent = sent_from(client.get(add, follow=True).context)

    answer = client.post(add, {**sent, "title": "Brand new", NEXT: "preview"})

    assert "Brand new" in client.get(answer.url).text


def test_every_action_of_a_changeable_form_is_a_button_of_it(
    ana, client, change_url, make_release, publish
):
    for release in (make_release(), publish()):
        page = client.get(change_url(release)).text
        assert "/do/" not in page
        assert "/preview" not in page.replace("/editor/preview", "")


def test_who_may_not_change_it_gets_links(client, staff, change_url, publish):
    client.force_login(staff("writer"))

    page = client.get(change_url(release := publish())).text

    assert NEXT not in page
    assert reverse("admin:releases_release_preview", args=[release.pk]) in page


def test_unknown_button_only_saves(ana, press, make_release):
    release = make_release()

    assert press(release, "https://evil.example").url == reverse(
        "admin:releases_release_changelist"
    )
    assert set(ACTIONS).isdisjoint({"preview", "previews"})
