"""The desk in a browser: what waits, one's own settings, the calendar."""

import os
import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from releases import publishing
from releases.mail import delivery
from releases.models import OutgoingMail
from tests.browser.staff import log_in
from tests.browser.test_day import sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(rb"http://\S+/change/")


@pytest.fixture
def mailing(smtp_server, mail_to, settings, live_server):
    mail_to(smtp_server.url)
    settings.SITE_ORIGIN = live_server.url
    return smtp_server


def test_approver_follows_the_mails_link_and_switches_mail_off(make_release, sign_in, mailing):  # noqa: F811
    page = sign_in("publisher", "Ben")
    page.wait_for_url("**/admin/")
    User.objects.update(email="ben@example.gov")
    release = make_release()
    publishing.submit(release)
    delivery.send_due()

    page.goto(LINK.search(mailing.taken[0].content)[0].decode())
    expect(page.get_by_role("link", name="1 waiting for you")).to_be_visible()
    page.get_by_role("link", name="My settings").click()
    page.get_by_label("E-mail me when something waits").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your settings are saved")).to_be_visible()
    expect(page.get_by_label("E-mail me when something waits")).not_to_be_checked()

    publishing.send_back(release, "Shorten it.")
    publishing.submit(release)
    assert OutgoingMail.objects.count() == 1


def test_calendar_shows_the_embargo_and_its_private_address_works(publish, sign_in, in_an_hour):  # noqa: F811
    release = publish(in_an_hour, title="A Bridge Opens")
    page = sign_in("writer", "Ana")
    page.wait_for_url("**/admin/")

    page.goto("/admin/calendar/")
    expect(page.get_by_role("link", name="A Bridge Opens")).to_be_visible()
    page.goto("/admin/my-settings/")
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_label("Calendar address").input_value()
    answer = page.request.get(address)

    assert f"release-{release.pk}@" in answer.text()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("no longer works")).to_be_visible()
    assert page.request.get(address).status == 404


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_first_page_leads_to_what_waits_and_fits(
    browse, staff, make_release, publish, in_an_hour, width, scheme
):
    staff("publisher", "Ana")
    publishing.submit(make_release(title="Wells Reopen in the Elm River Valley after Repairs"))
    publish(in_an_hour, title="A Bridge Opens")
    page = browse("/admin/", width=width, color_scheme=scheme)
    log_in(page)
    expect(page.get_by_role("heading", name="To approve")).to_be_visible()
    page.wait_for_load_state()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/desk-{width}-{scheme}.png", full_page=True)
    page.get_by_role("link", name="Wells Reopen").first.click()
    expect(page.locator("#id_title")).to_have_value(re.compile("Wells Reopen"))


def test_notice_and_panels_use_the_width_of_the_desk(sign_in, publish):  # noqa: F811
    publish()
    page = sign_in("administrator", "Eve")
    page.wait_for_url("**/admin/")

    notice = page.get_by_text("This site sends no e-mail").bounding_box()
    panels = page.locator("#waiting").bounding_box()

    assert notice["height"] < 80
    assert panels["width"] > 1000
