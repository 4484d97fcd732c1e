"""Preview links are shown once, list their use, and can be revoked."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.models import PreviewLink, Release

TOMORROW = {"expires_at": (timezone.now() + datetime.timedelta(days=1)).strftime("%Y-%m-%d %H:%M")}


@pytest.fixture
def page(publish, in_an_hour):
    """Return the URL of the preview page of a release under embargo."""
    return reverse("admin:releases_release_previews", args=[publish(in_an_hour).pk])


def form_data(recipient):
    """Return the form data."""
    seen = Release.objects.get().updated_at.isoformat()
    return {"recipient": recipient, "seen": seen, **TOMORROW}


def test_link_is_shown_once_and_opens(client, staff, page):
    client.force_login(staff("publisher"))

    made = client.post(page, form_data("Jane Roe"))

    address = re.search(r'value="http://testserver(/preview/[^"]+/)"', made.text)[1]
    assert made.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    client.logout()
    assert client.get(address).status_code == 200
    client.force_login(staff("publisher", "Ben"))
    later = client.get(page).text
    assert address not in later
    assert "1 time, last" in later


def test_refusal_is_shown_with_the_typed_form(client, staff, page):
    client.force_login(staff("publisher"))
    client.post(page, form_data("Jane Roe"))

    again = client.post(page, form_data("Jane Roe"))

    assert "Jane Roe already has a preview" in again.text
    assert 'value="Jane Roe"' in again.text


def test_revoke_button_closes_it(client, staff, page):
    client.force_login(staff("publisher"))
    client.post(page, form_data("Jane Roe"))
    link = PreviewLink.objects.get()
    button = reverse("admin:releases_release_preview_revoke", args=[link.release_id, link.pk])
    assert button in client.get(page).text

    answer = client.post(button, follow=True)

    assert "The preview for Jane Roe is revoked." in answer.text
    assert not link.release.preview_links.active(timezone.now()).exists()
    assert client.get(button).status_code == 405


def test_writer_sees_who_has_one_and_makes_none(client, staff, page):
    client.force_login(staff("writer"))

    shown = client.get(page).text
    answer = client.post(page, form_data("Jane Roe"))

    assert "This needs the publisher role" in shown
    assert "Create link" not in shown
    assert "needs the publisher role" in answer.text
    assert not PreviewLink.objects.exists()


def test_uses_are_read_in_a_bounded_number_of_queries(
    client, staff, page, django_assert_max_num_queries
):
    client.force_login(staff("publisher"))
    for name in ("Ana", "Ben", "Cai", "Dee"):
        client.post(page, form_data(name))
    for link in PreviewLink.objects.all():
        publishing.record_preview_use(link, timezone.now())

    with django_assert_max_num_queries(14):
        client.get(page)


def test_release_changed_after_the_page_was_opened_is_not_shared(client, staff, page):
    client.force_login(staff("publisher"))
    sent = form_data("Jane Roe")
    publishing.rename(Release.objects.get(), "another-address")

    answer = client.post(page, sent)

    assert "after you opened it" in answer.text
    assert not PreviewLink.objects.exists()
