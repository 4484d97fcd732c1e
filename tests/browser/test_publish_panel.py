"""The panel above a release's form, in a browser with its Content-Security-Policy in force."""

import pytest
from playwright.sync_api import expect

from releases.models import Release

pytestmark = pytest.mark.django_db(transaction=True)


def open_form(desk, release, **options):
    page = desk(f"/admin/releases/release/{release.pk}/change/", **options)
    page.errors = []
    page.on("console", lambda line: page.errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.reload()
    return page


def test_panel_follows_what_is_typed_and_schedules_with_one_click(desk, make_release):
    release = make_release(slug="records-office")
    page = open_form(desk, release)
    bar = page.get_by_role("region", name="State and publication")
    expect(bar.get_by_role("button", name="Publish now to everyone")).to_be_visible()

    # The checklist follows the text, and leads to the field.
    page.locator("#id_dateline").fill("TK")
    page.get_by_role("link", name="“TK” looks like a placeholder. Replace it.").click()
    expect(page.locator("#id_dateline")).to_be_focused()
    page.locator("#id_dateline").fill("SPRINGFIELD")
    expect(page.get_by_text("looks like a placeholder")).to_have_count(0)

    # The button says the moment that is typed.
    page.get_by_label("Date", exact=True).last.fill("2044-03-13")
    page.get_by_label("Time", exact=True).fill("2:30 am")
    expect(page.get_by_text("does not exist on Sunday, March 13, 2044")).to_be_visible()
    page.get_by_label("Time", exact=True).fill("6.30pm")
    schedule = bar.get_by_role("button", name="Schedule for Sunday, March 13, 2044, 6:30 p.m. PDT")
    expect(schedule).to_be_visible()
    schedule.click()
    page.get_by_label("Yes, I confirm this").check()  # far ahead
    page.get_by_role("button", name="Schedule for").click()
    expect(page.get_by_text("under embargo until").first).to_be_visible()

    assert Release.objects.get().is_embargoed()
    assert page.errors == []


@pytest.mark.parametrize("width", [390, 1280])
def test_bar_stays_in_sight_and_nothing_scrolls_sideways(desk, make_release, width):
    page = open_form(desk, make_release(body="A line.\n\n" * 60), width=width)

    page.locator("#id_slug").scroll_into_view_if_needed()

    bar = page.get_by_role("region", name="State and publication")
    expect(bar).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_panel_works_without_scripts(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/", java_script_enabled=False)

    page.locator("[name=release_day]").fill("2027-06-01")
    page.locator("[name=release_time]").fill("noon")
    page.get_by_role("button", name="Schedule …").click()
    page.get_by_role("button", name="Schedule for Tuesday, June 1, 2027, 12 noon PDT").click()

    expect(page.get_by_text("under embargo until").first).to_be_visible()
