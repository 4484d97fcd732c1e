"""A release is written in the editor, and read as it was shown."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from releases.models import Release
from tests.browser.staff import editor
from tests.browser.test_admin_axe import violations

pytestmark = pytest.mark.django_db(transaction=True)

WORD = Path(__file__).with_name("pastes") / "word.html"
PASTE = """(editor, { type, text }) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData(type, text);
  const about = { clipboardData, bubbles: true, cancelable: true };
  editor.dispatchEvent(new ClipboardEvent("paste", about));
}"""
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
    assert violations(page) == []

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
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    expect(editor(page, "body")).to_be_focused()
    assert errors == []


def test_pasted_text_is_read_and_split_into_sections(form):
    page, errors = form
    body, text = editor(page, "body"), page.locator("#id_body")
    body.click()
    body.evaluate(PASTE, {"type": "text/html", "text": WORD.read_text()})
    expect(page.get_by_text("Pasted. Left out: 1 image, 1 comment")).to_be_visible()
    expect(body.locator("li")).to_have_count(5)
    page.keyboard.press("Control+a")
    plain = "The county opened an office.\n\nAbout the office\n\n• one\n• two"
    body.evaluate(PASTE, {"type": "text/plain", "text": plain})
    expect(text).to_have_value(plain.replace("•", "-"))

    body.get_by_text("About the office").click()
    press(page, "Section heading")
    expect(page.locator("#id_sections-0-heading")).to_be_focused()
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("was added successfully")).to_be_visible()
    release = Release.objects.get()
    section = release.sections.get()
    assert release.body == "The county opened an office."
    assert (section.heading, section.body) == ("About the office", "- one\n- two")
    assert errors == []
