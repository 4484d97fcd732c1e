"""Nothing that staff typed is lost, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from releases.models import Release

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/releases/release/add/"


def log_in(page, name="Ana"):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def desk(browse, staff):
    """Ana, a publisher, at an address of the admin: `desk(ADD)`."""
    staff("publisher", "Ana")

    def go(address, **options):
        page = browse(address, **options)
        log_in(page)
        return page

    return go


@pytest.fixture
def asked(desk):
    """The form of a new release, and the kinds of questions that its page asked."""
    page, kinds = desk(ADD), []

    def note(dialog):
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    return page, kinds


def test_leaving_a_changed_form_asks(asked):
    page, kinds = asked
    page.locator("#id_title").fill("Half a sentence")

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_an_unchanged_form_does_not_ask(asked):
    page, kinds = asked
    page.locator("#id_title").fill("Something")
    page.locator("#id_title").fill("")

    page.goto("/admin/")

    assert kinds == []


def test_saving_does_not_ask(asked):
    page, kinds = asked
    page.locator("#id_title").fill("A whole one")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert kinds == []


def test_action_button_saves_first(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.locator("#id_title").fill("Typed just now")

    page.get_by_role("button", name="Save and submit for review").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Typed just now")
    assert Release.objects.get().title == "Typed just now"


def test_enter_in_a_field_saves_and_presses_no_action(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")

    page.locator("#id_dateline").press("Enter")

    expect(page).to_have_url(re.compile("/admin/releases/release/$"))
