"""A conversation about a draft, in two browsers."""

import pytest
from playwright.sync_api import expect

from tests.browser.staff import log_in
from tests.browser.test_publish_panel import open_form

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_comment_is_answered_and_settled_and_the_form_says_who_is_there(
    desk, browse, staff, make_release, width
):
    release = make_release(slug="records-office")
    ana = open_form(desk, release, width=width)
    expect(ana.get_by_text("has had this open")).to_have_count(0)

    staff("writer", "Ben")
    ben = browse(f"/admin/releases/release/{release.pk}/change/", width=width)
    log_in(ben, "Ben")
    expect(ben.get_by_text("Ana has had this open since")).to_be_visible()

    ben.get_by_role("link", name="Comment on this release").click()
    ben.get_by_label("About").select_option("1")
    ben.get_by_label("Comment", exact=True).fill("Which office?")
    ben.get_by_role("button", name="Add comment").click()
    expect(ben.get_by_text("on paragraph 1")).to_be_visible()
    assert ben.evaluate("document.documentElement.scrollWidth") <= width

    ana.reload()
    ana.get_by_role("link", name="Which office?").click()
    ana.get_by_label("Reply").fill("The one on Elm Street.")
    ana.get_by_role("button", name="Reply").click()
    expect(ana.get_by_text("The one on Elm Street.")).to_be_visible()
    ana.get_by_role("button", name="Settle").click()
    expect(ana.get_by_text("There are no open comments.")).to_be_visible()
    assert ana.errors == []
