"""Reading the public site in a browser."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from releases.models import Release

PROJECT = Path(__file__).resolve().parents[2]
EXPECTED = json.loads((PROJECT / "fixtures/harris-morales-accord.expected.json").read_text())

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def accord(search_index):
    call_command(
        "import_releases", str(PROJECT / "fixtures/harris-morales-accord.txt"), approve=True
    )
    return Release.objects.get()


def test_reader_finds_the_accord_without_javascript(accord, browse):
    page = browse("/", java_script_enabled=False)

    page.get_by_role("searchbox").fill("ibanez")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_have_text("Ibáñez")

    page.get_by_role("link", name=EXPECTED["title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EXPECTED["title"])
    assert page.url.endswith(accord.get_absolute_url())


def test_text_on_the_page_is_the_text_that_was_printed(accord, browse):
    page = browse(accord.get_absolute_url())

    shown = page.locator(".release-text p[id]").all_inner_texts()
    assert shown == [*EXPECTED["body"], EXPECTED["sections"][0]["body"]]


def test_reader_copies_a_paragraph_or_selection_with_its_citation(accord, browse):
    page = browse(accord.get_absolute_url(), permissions=["clipboard-read", "clipboard-write"])
    third = page.locator("#p3")
    copy = third.get_by_role("link", name="Quote paragraph 3")

    third.hover()
    copy.click()
    expect(page.get_by_role("status")).to_contain_text("Copied with its citation.")
    expect(page.get_by_role("link", name="Link to this paragraph")).to_have_attribute("href", "#p3")
    words, citation = page.evaluate("navigator.clipboard.readText()").split("\n\n")
    assert words == EXPECTED["body"][2]
    assert citation.endswith(f"{accord.get_absolute_url()}#p3")
    items = "navigator.clipboard.read().then(([item]) => item.getType('text/html'))"
    assert "<blockquote" in page.evaluate(f"{items}.then((html) => html.text())")

    page.evaluate("getSelection().setBaseAndExtent(p3.firstChild, 0, p3.firstChild, 11)")
    copy.click()
    page.wait_for_timeout(200)
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{words[:11].strip()}\n\n")


def test_quote_link_works_without_javascript(accord, browse):
    page = browse(accord.get_absolute_url(), java_script_enabled=False)

    page.get_by_role("link", name="Quote paragraph 3").click()

    expect(page.get_by_role("blockquote")).to_have_text(EXPECTED["body"][2])
    expect(page.get_by_text("Unchanged.")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["/", "/releases/", "/search/?q=trafficking", "/releases/2012/"]
)
def test_no_page_scrolls_sideways_at_320_pixels(accord, browse, address):
    page = browse(address, width=320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_text_without_a_rail_is_as_narrow_as_with_one(accord, browse):
    page = browse(Release.objects.get().get_absolute_url(), width=960)

    widths = page.evaluate(
        """[".release-text", ".site-nav", ".footer-columns"].map(
          (each) => document.querySelector(each).offsetWidth)"""
    )

    assert widths == [672, 672, 672]


def test_header_shows_the_whole_placeholder_on_a_tablet(accord, browse):
    field = browse("/es/releases/", width=768).get_by_role("combobox").first

    needed = field.evaluate("(each) => { each.value = each.placeholder; return each.scrollWidth }")

    assert needed <= field.evaluate("(each) => each.clientWidth")


def test_names_of_months_without_releases_do_not_touch_on_a_phone(accord, browse):
    page = browse("/releases/timeline/", width=390)

    widths = page.evaluate(
        "[...document.querySelectorAll('.months thead th + th')].map((each) => each.offsetWidth)"
    )

    assert len(widths) == 12
    assert min(widths) >= 40


def test_first_tab_reaches_the_skip_link(accord, browse):
    page = browse("/")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"


def test_dark_scheme_turns_the_ground_dark(accord, browse):
    ground = "getComputedStyle(document.documentElement).backgroundColor"

    assert browse("/", color_scheme="light").evaluate(ground) == "rgb(255, 254, 251)"
    assert browse("/", color_scheme="dark").evaluate(ground) == "rgb(21, 23, 26)"


def test_print_leaves_out_header_and_search(accord, browse):
    page = browse(accord.get_absolute_url())
    page.emulate_media(media="print")

    assert not page.locator(".site-header").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()


def log_in(page):
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()


def test_staff_corrects_a_release_in_the_admin(accord, browse, admin_user):
    page = browse(f"/admin/releases/release/{accord.pk}/change/")
    log_in(page)

    page.get_by_label("Subtitle").fill("Signed in Los Angeles")
    page.get_by_label("Change kind").select_option("update")
    page.get_by_label("Change note").fill("A subtitle was added.")
    page.get_by_role("button", name="Save and close").click()
    expect(page.locator("ins")).to_contain_text("Signed in Los Angeles")
    page.get_by_role("button", name="Save and close").click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert [version.kind for version in accord.versions.all()] == ["issued", "update"]


UNDATED = "County Opens a Records Office\n\n3/4/2012\n\nSPRINGFIELD – The county opened it today.\n"


def test_staff_pastes_a_release_mends_it_and_saves_a_draft(search_index, browse, admin_user):
    page = browse("/admin/releases/release/")
    log_in(page)
    page.locator("#content-main").get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Text of a release").fill(UNDATED)
    page.get_by_role("button", name="Continue").click()

    date = page.get_by_label("Date:", exact=True)
    expect(date).to_have_accessible_description(re.compile("can be read as two dates"))
    date.fill("2012-03-04")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_text("is saved as a draft")).to_be_visible()
    draft = Release.objects.get()
    assert (draft.source_text, draft.date.isoformat()) == (UNDATED, "2012-03-04")
    assert draft.unresolved_warnings() == []


SUGGESTED = """
- search:
  - combobox "Search the releases" [expanded]: attorney gen
  - listbox "Suggestions":
    - option /California Attorney General .* 2012-0001/
  - status: "Suggestions: 1"
"""


def test_reader_chooses_a_suggestion_by_keyboard(accord, browse):
    page = browse("/search/", width=390)
    field = page.get_by_role("combobox", name="Search the releases")
    expect(field).to_have_attribute("aria-expanded", "false")

    field.press_sequentially("attorney gen")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("search")).to_match_aria_snapshot(SUGGESTED)
    field.press("Escape")
    expect(options).to_have_count(0)

    field.press_sequentially("e")
    expect(options).to_have_count(1)
    field.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text(EXPECTED["title"][:40])
    assert field.get_attribute("aria-activedescendant") == "suggestion-0"
    field.press("Enter")
    page.wait_for_url(f"**{accord.get_absolute_url()}")
