"""A citizen subscribes from a search, gets one release, changes to weekly, and stops."""

import re

import pytest
from playwright.sync_api import expect

from releases import publishing
from releases.alerts import worker
from releases.models import Subscription
from releases.search import worker as search
from tests.browser.test_admin_axe import violations
from tests.browser.test_desk import mailing  # noqa: F401 - a fixture
from tests.browser.test_invitation import picture

pytestmark = pytest.mark.django_db(transaction=True)


def link(server, kind):
    """Return the last mail's link of that kind."""
    # As sent: long lines are folded, in quoted-printable too.
    text = server.taken[-1].content.decode().replace("=\r\n", "").replace("=3D", "=")
    return re.findall(rf"http://\S+/alerts/{kind}/[\w:-]+/", text)[-1]


def test_citizen_subscribes_changes_and_stops(browse, make_release, mailing):  # noqa: F811
    publishing.approve(make_release(title="Rivers Rise"), None)
    search.sync()
    page = browse("/search/?q=rivers", java_script_enabled=False)
    page.get_by_role("link", name="Get alerts by e-mail").click()
    expect(page.get_by_text("Releases matching “rivers”")).to_be_visible()
    picture(page, "alerts-form")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    picture(page, "alerts-sent")

    worker.process()
    page.goto(link(mailing, "confirm"))
    picture(page, "alerts-confirm")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your alerts")).to_be_visible()

    publishing.approve(make_release(title="Rivers Fall"), None)
    search.sync()
    worker.process()
    assert len(mailing.taken) == 2
    assert b"Subject: Rivers Fall" in mailing.taken[-1].content

    page.goto(link(mailing, "mine"))
    page.get_by_label("How often").select_option("weekly")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    picture(page, "alerts-mine")
    assert Subscription.objects.get().frequency == "weekly"

    page.goto(link(mailing, "end"))
    picture(page, "alerts-end")
    page.get_by_role("button", name="Stop these alerts").click()
    expect(page.get_by_role("heading", name="These alerts are stopped.")).to_be_visible()
    assert Subscription.objects.get().ended_at


def test_form_has_no_violations(browse, publish, mailing):  # noqa: F811
    publish()

    page = browse("/alerts/")

    assert violations(page) == []
