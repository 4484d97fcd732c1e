"""Sections are reordered with buttons, also by keyboard."""

import pytest
from playwright.sync_api import expect

from releases.models import Release, Section
from tests.browser.staff import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def form(browse, admin_user, make_release):
    """Return the form of a draft with the sections a, b and c."""
    release = make_release(slug="records-office")
    for position, heading in enumerate("abc", start=1):
        Section.objects.create(release=release, position=position, heading=heading, body="Text.")
    page = browse(f"/admin/releases/release/{release.pk}/change/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    return page


def save(page):
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    return [section.heading for section in Release.objects.get().sections.all()]


def test_section_moves_by_keyboard_and_keeps_the_focus(form):
    up = form.locator("#sections-2").get_by_role("button", name="Move up")

    up.focus()
    up.press("Enter")
    expect(form.get_by_role("status").filter(has_text="Now at position 2 of 3.")).to_be_attached()
    expect(up).to_be_focused()
    up.press("Enter")

    assert save(form) == ["c", "a", "b"]


def test_new_section_moves_and_another_one_is_taken_away(form):
    for place, heading in ((3, "new"), (4, "unwanted")):
        form.get_by_role("button", name="Add another Section").click()
        form.locator(f"#id_sections-{place}-heading").fill(heading)
        write(form, f"sections-{place}-body", "Text.")
        form.locator(f"#sections-{place}").get_by_role("button", name="Move up").click()

    form.locator("#sections-4").get_by_role("button", name="Remove").click()

    assert save(form) == ["a", "b", "new", "c"]


def test_field_that_finds_topics_has_a_name(form):
    expect(form.locator(".select2-search__field")).to_have_accessible_name("Topics")
