"""A release from draft to withdrawal, in a browser."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from releases.models import Release
from tests.browser.staff import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sign_in(browse, staff):
    """Open the admin with a role, as `sign_in("writer", "Ana")`."""

    def go(role, name):
        staff(role, name)
        page = browse("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill("password")
        page.get_by_role("button", name="Log in").click()
        return page

    return go


def fill_moment(page, moment):
    local = timezone.localtime(moment)
    page.locator("[name=release_day]").fill(f"{local:%Y-%m-%d}")
    page.locator("[name=release_time]").fill(f"{local:%H:%M}")


def test_day_from_draft_to_withdrawal(sign_in, browse):
    soon = timezone.now() + datetime.timedelta(hours=1)
    ana, ben = sign_in("publisher", "Ana"), sign_in("publisher", "Ben")

    # Ana writes a release and submits it.
    ana.goto("/admin/releases/release/add/")
    ana.locator("#id_title").fill("County Opens an Office")
    ana.locator("#id_date").fill("2024-05-14")
    ana.locator("#id_contact").fill("(555) 010-0100")
    write(ana, "body", "SPRINGFIELD – The county opened an office today.")
    ana.get_by_role("button", name="Save draft").click()
    ana.get_by_role("button", name="Submit for review").click()
    expect(ana.get_by_text("in review").first).to_be_visible()
    release = Release.objects.get()
    desk = f"/admin/releases/release/{release.pk}/change/"

    # She may not approve it herself.
    ana.get_by_role("button", name="Save and approve").click()
    ana.get_by_role("button", name="Publish now").click()
    expect(ana.get_by_role("alert")).to_contain_text("nobody has approved it since")

    # Ben approves it under embargo, and the public does not see it.
    ben.goto(desk)
    fill_moment(ben, soon)
    ben.get_by_role("button", name="Schedule for").click()
    expect(ben.get_by_text("under embargo until").first).to_be_visible()
    release.refresh_from_db()
    reader = browse(release.get_absolute_url())
    expect(reader.get_by_role("heading", level=1)).to_have_text("Page not found")

    # He publishes it now.
    ben.get_by_role("button", name="Publish now").click()
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("County Opens an Office")

    # Ana corrects it, having read what will change.
    ana.goto(desk)
    write(ana, "body", "SPRINGFIELD – The county opened two offices today.")
    ana.get_by_label("Change kind").select_option("correction")
    ana.get_by_label("Change note").fill("Two offices, not one.")
    ana.get_by_role("button", name="Save and close").click()
    expect(ana.locator("ins").first).to_contain_text("two")
    ana.get_by_role("button", name="Save and close").click()
    reader.reload()
    expect(reader.get_by_role("note")).to_contain_text("Two offices, not one.")

    # The reader sees what changed.
    reader.get_by_role("link", name="What changed").click()
    expect(reader.locator("del").last).to_contain_text("office")

    # Ben withdraws it.
    ben.goto(desk)
    ben.get_by_role("button", name="Save and withdraw").click()
    ben.get_by_label("Reason").fill("It named the wrong county.")
    ben.get_by_role("button", name="Withdraw").click()
    reader.goto(release.get_absolute_url())
    expect(reader.get_by_role("note")).to_contain_text("It named the wrong county.")
