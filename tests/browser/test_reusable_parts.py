"""Contacts, templates and the import queue in the browser."""

import pytest
from playwright.sync_api import expect

from releases import publishing
from releases.models import Contact, Release
from tests.authority.walk import load

pytestmark = pytest.mark.django_db(transaction=True)
START = "/admin/releases/release/start/"
QUEUE = "/admin/releases/release/queue/"


def test_release_starts_from_a_template_and_takes_a_contact(desk):
    Contact.objects.create(name="Jane Roe", phone="555 0100")
    page = desk(START)
    page.get_by_role("button", name="Add four to begin with").click()
    page.get_by_role("button", name="Start Statement").click()
    page.wait_for_url("**/change/**")
    page.wait_for_load_state()
    page.get_by_label("Take the contact from the list").select_option("Jane Roe")
    expect(page.locator("#id_contact")).to_have_value("Jane Roe\n555 0100")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    assert Release.objects.get().contact == "Jane Roe\n555 0100"


def test_translation_is_written_next_to_the_original(desk, publish):
    original = publish(body="First.\n\nSecond.")
    page = desk(f"/admin/releases/release/{original.pk}/translate/")
    page.get_by_role("button", name="Start a translation").click()
    page.locator(".editor:has(#body-1) [role=textbox]").fill("Primero.")
    page.get_by_role("button", name="Save translation").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    draft = Release.objects.get(translation_of=original)
    assert draft.body == "Primero.\n\nSecond."
    publishing.copy_release(draft)


def test_imported_draft_is_settled_by_keyboard(desk):
    load({"id": "1", "source": "x", "body": "A bridge was closed.", "date": "2024-05-14"})
    page = desk("/admin/")
    page.goto(QUEUE)
    page.keyboard.press("Alt+1")
    expect(page.locator("#id_title")).to_have_value("A bridge was closed.")
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_text("No draft has import warnings")).to_be_visible()

    assert Release.objects.get().title == "A bridge was closed."
