"""An administrator invites, and the invited person accepts and signs in."""

import os
import re

import pytest
from playwright.sync_api import expect

from releases.mail import delivery
from tests.browser.test_admin_axe import violations
from tests.browser.test_day import sign_in  # noqa: F401 - a fixture
from tests.browser.test_desk import mailing  # noqa: F401 - a fixture
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(r"http://\S+/admin/invitation/\S+/\S+/")


def picture(page, name):
    """Save the page, wide and narrow, in light and dark."""
    if folder := os.environ.get("SCREENSHOTS"):
        for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})


def set_office(page):
    """Enter name, footer and seal, and look at a public page."""
    page.get_by_role("link", name="Office settings").first.click()
    page.get_by_label("Name").fill("Elm County Press Office")
    page.get_by_label("Footer text").fill("100 Main Street, Springfield. Open Monday to Friday.")
    seal = {"name": "seal.png", "mimeType": "image/png", "buffer": samples.photograph()}
    page.get_by_label("Seal or logo").set_input_files(seal)
    page.get_by_label("Description of the seal").fill("Seal of Elm County")
    picture(page, "office")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The office settings are saved")).to_be_visible()
    assert violations(page) == []
    picture(page, "office-saved")
    page.goto("/")
    expect(page.get_by_role("img", name="Seal of Elm County")).to_be_visible()
    picture(page, "home")
    page.goto("/admin/")


def test_invited_person_chooses_a_password_and_works(sign_in, browse, mailing):  # noqa: F811
    page = sign_in("administrator", "Eve")
    page.wait_for_url("**/admin/")
    picture(page, "first-steps")
    set_office(page)
    page.get_by_role("link", name="Invite").first.click()
    page.get_by_label("Name").fill("Jane Roe")
    page.get_by_label("E-mail").fill("jane@example.gov")
    page.get_by_role("radio", name=re.compile("Publisher")).check()
    assert violations(page) == []
    picture(page, "invite")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("An invitation goes to jane@example.gov")).to_be_visible()
    assert violations(page) == []
    picture(page, "account")
    page.goto("/admin/auth/user/")
    picture(page, "accounts")
    delivery.send_due()

    jane = browse(LINK.search(mailing.taken[0].content.decode())[0])
    picture(jane, "choose-password")
    assert violations(jane) == []
    jane.get_by_label("New password", exact=False).first.fill("Kx7-horse-staple")
    jane.get_by_label("confirmation").fill("Kx7-horse-staple")
    jane.get_by_role("button", name="Set password").click()
    expect(jane.get_by_role("heading", name="To approve")).to_be_visible()

    page.goto("/admin/auth/user/")
    page.get_by_role("link", name="Jane Roe").click()
    page.get_by_role("link", name="Deactivate").click()
    picture(page, "deactivate")
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("The account is deactivated")).to_be_visible()
    jane.goto("/admin/")
    expect(jane.get_by_label("Username")).to_be_visible()
