"""Chosen files stay attached when a form could not be sent, in a browser."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from releases.models import Release
from tests.browser.imports import import_rehearsed
from tests.browser.staff import log_in
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)

RECORD = b'{"title": "One", "date": "2024-05-14", "body": "A text."}'
LINES = {"name": "releases.jsonl", "mimeType": "application/json", "buffer": RECORD}
IMPORT = "/admin/releases/release/import/"


@pytest.fixture
def chosen(desk, make_release):
    """Return a release's form with a picture chosen and described, not sent yet."""
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.get_by_role("button", name="Add another Image").click()
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": samples.photograph()}
    page.locator("#id_images-0-upload").set_input_files(photo)
    page.locator("#id_images-0-alt").fill("Two halves")
    return page


def save(page):
    page.get_by_role("button", name="Save and close").click()


def sign_in_in_another_tab(page):
    other = page.context.new_page()
    other.goto("/admin/")
    other.get_by_role("button", name="Log out").click()
    other.goto("/admin/")
    log_in(other)
    other.close()


def test_picture_chosen_until_the_session_ended_is_attached_after_sign_in(chosen):
    Session.objects.all().delete()
    save(chosen)
    log_in(chosen)
    expect(chosen.get_by_text("“photo.png” is still attached")).to_be_visible()

    save(chosen)

    expect(chosen.get_by_text("was changed successfully")).to_be_visible()
    assert Release.objects.get().images.get().original_name == "photo.png"


def test_picture_of_a_tab_whose_token_is_stale_is_attached(chosen):
    sign_in_in_another_tab(chosen)
    save(chosen)
    expect(chosen.get_by_text("photo.png is still attached")).to_be_visible()

    chosen.get_by_role("button", name="Continue").click()

    expect(chosen.get_by_text("was changed successfully")).to_be_visible()
    assert Release.objects.get().images.get().original_name == "photo.png"


def test_picture_is_attached_when_the_session_ended_and_another_began(chosen):
    Session.objects.all().delete()
    other = chosen.context.new_page()
    other.goto("/admin/")
    log_in(other)
    save(chosen)

    chosen.get_by_role("button", name="Continue").click()

    expect(chosen.get_by_text("was changed successfully")).to_be_visible()
    assert Release.objects.get().images.get().original_name == "photo.png"


def test_files_of_an_import_come_back_after_sign_in(desk):
    page = desk(IMPORT)
    page.locator("#id_upload").set_input_files(LINES)
    Session.objects.all().delete()
    page.get_by_role("button", name="Continue").click()
    log_in(page)
    expect(page.get_by_text("releases.jsonl is still attached")).to_be_visible()

    page.get_by_role("button", name="Continue").click()
    import_rehearsed(page)

    expect(page.get_by_text("1 saved as draft")).to_be_visible()
    assert Release.objects.get().source_name == "releases.jsonl:1"


def test_files_of_an_import_with_a_stale_token_come_back(desk):
    page = desk(IMPORT)
    page.locator("#id_upload").set_input_files(LINES)
    sign_in_in_another_tab(page)
    page.get_by_role("button", name="Continue").click()

    page.get_by_role("button", name="Continue").click()
    import_rehearsed(page)

    expect(page.get_by_text("1 saved as draft")).to_be_visible()
