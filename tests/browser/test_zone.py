"""Dates in the admin use the office's time zone, wherever the browser is."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "Dates and times are in the office’s time zone (America/Los_Angeles), not this computer’s."


@pytest.fixture
def form_in(browse, admin_user, make_release):
    """Open the form of a draft in a browser's time zone, as `form_in("Asia/Tokyo")`."""
    release = make_release()

    def open_form(zone):
        page = browse(f"/admin/releases/release/{release.pk}/change/", timezone_id=zone)
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password").fill("password")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_load_state("load")
        return page

    return open_form


def test_browser_in_another_zone_shows_the_office_zone(form_in):
    page = form_in("Asia/Tokyo")

    expect(page.locator(".field-date").get_by_text(NOTE)).to_be_visible()
    expect(page.get_by_text("server time")).to_have_count(0)


def test_browser_in_the_office_zone_shows_no_note(form_in):
    page = form_in("America/Los_Angeles")

    expect(page.locator(".field-date .datetimeshortcuts")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_hidden()


def test_today_is_the_day_of_the_office(form_in):
    page = form_in("Pacific/Kiritimati")  # 21 or 22 hours ahead: another day for most of the time
    before = timezone.localdate()

    page.locator(".field-date").get_by_text("Today", exact=True).click()

    assert page.locator("#id_date").input_value() in {
        day.isoformat() for day in (before, timezone.localdate())
    }
