"""The history of a release, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_publish_panel import open_form

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_earlier_text_is_compared_and_restored_from_the_history(desk, make_release, width):
    release = make_release(slug="records-office")
    page = open_form(desk, release, width=width)
    page.locator("#id_title").fill("County Opens Two Offices")
    page.get_by_role("button", name="Save draft").click()

    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="What changed").first.click()
    expect(page.locator("ins").first).to_contain_text("Two Offices")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("link", name="Restore into the form").last.click()
    expect(page.locator("#id_title")).to_have_value("County Opens a Records Office")
    assert page.errors == []
