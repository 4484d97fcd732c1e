"""A release is written in the editor, and read as it was shown."""

import re

import pytest
from playwright.sync_api import expect

from releases.models import Release
from tests.browser.staff import editor

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/releases/release/add/"
WRITTEN = """SPRINGFIELD – The county **opened** an office. It has [a page](https://example.gov/office).

- one
- two

| Year | Cases |  |
| --- | --- | --- |
| 2024 |  |  |
|  |  |  |"""


@pytest.fixture
def form(desk):
    """Return the form of a new release, and the errors of its console."""
    page, errors = desk(ADD), []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.locator("#id_title").fill("County Opens an Office")
    page.locator("#id_date").fill("2024-05-14")
    return page, errors


def press(page, name):
    page.get_by_role("toolbar", name="Tools of Body").get_by_role("button", name=name).click()


def test_release_is_written_in_the_editor(form):
    page, errors = form
    keys, text = page.keyboard, page.locator("#id_body")
    editor(page, "body").click()
    keys.type("SPRINGFIELD – The county ")
    keys.press("Control+b")
    keys.type("opened")
    keys.press("Control+b")
    keys.type(" an office. It has ")
    keys.press("Control+k")
    page.get_by_label("Words").fill("a page")
    page.get_by_label("Web or e-mail address").fill("example.gov/office")
    keys.press("Enter")
    keys.type(".")
    keys.press("Enter")
    keys.type("- one")
    keys.press("Enter")
    keys.type("two")
    keys.press("Enter")
    keys.press("Enter")
    press(page, "Table")
    for word in ("Year", "Cases", "", "2024"):
        keys.type(word)
        keys.press("Tab")
    expect(text).to_have_value(WRITTEN)
    expect(page.get_by_text(re.compile("^15 words"))).to_be_visible()

    keys.type("wrong")
    expect(text).to_have_value(re.compile("wrong"))
    keys.press("Control+z")
    expect(text).to_have_value(WRITTEN)
    press(page, "Preview")
    preview = page.get_by_role("region", name="Preview of Body")
    expect(preview.get_by_role("listitem")).to_have_text(["one", "two"])

    press(page, "Markdown")
    expect(text).to_be_focused()
    text.fill(f"{WRITTEN}\n\nAs *Markdown*.")
    press(page, "Markdown")
    expect(editor(page, "body").locator("em")).to_have_text("Markdown")
    page.get_by_role("button", name="Save and preview").click()

    expect(page.locator("td").first).to_have_text("2024")
    expect(page.get_by_role("link", name="a page")).to_have_attribute(
        "href", "https://example.gov/office"
    )
    assert Release.objects.get().body == f"{WRITTEN}\n\nAs *Markdown*."
    assert errors == []


def test_links_to_the_text_and_its_tools_are_reached_by_keyboard(form):
    page, errors = form
    page.evaluate("location.hash = '#id_body'")
    page.get_by_role("link", name=re.compile("text|body", re.IGNORECASE)).first.click()
    expect(editor(page, "body")).to_be_focused()

    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Help")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("**bold**")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    expect(editor(page, "body")).to_be_focused()
    assert errors == []
