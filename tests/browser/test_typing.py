"""Typed text is never lost, in a browser."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from releases.models import Release, WorkingCopy
from tests.browser.imports import import_rehearsed
from tests.browser.staff import editor, log_in, write
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/releases/release/add/"


@pytest.fixture
def asked(desk):
    """Return the form of a new release, and the kinds of dialogs that its page opened."""
    page, kinds = desk(ADD), []

    def note(dialog):
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    return page, kinds


def test_leaving_a_changed_form_asks_for_confirmation(asked):
    page, kinds = asked
    page.locator("#id_title").click()  # browsers confirm leaving only after an interaction
    page.locator("#id_title").fill("Half a sentence")

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_a_pasted_text_asks_for_confirmation(asked):
    page, kinds = asked
    page.goto("/admin/releases/release/import/")
    page.locator("#id_text").click()
    page.locator("#id_text").fill("County Opens an Office")

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

    page.get_by_role("button", name="Save and close").click()

    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert kinds == []


def test_action_button_saves_first(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.locator("#id_title").fill("Typed just now")

    page.get_by_role("button", name="Submit for review").click()

    expect(page.get_by_text("Submitted for review: “Typed just now”")).to_be_visible()
    assert Release.objects.get().title == "Typed just now"


def test_enter_in_a_field_saves_and_presses_no_action(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")

    page.locator("#id_dateline").press("Enter")

    expect(page).to_have_url(re.compile("/admin/releases/release/$"))


def type_release(page, body=None):
    page.locator("#id_title").fill("County Opens an Office")
    page.locator("#id_date").fill("2024-05-14")
    (body or editor(page, "body")).fill("SPRINGFIELD – The county opened an office.\n\nMore.")


def test_text_survives_the_end_of_a_session(desk):
    page = desk(ADD)
    type_release(page)
    page.get_by_role("button", name="Add another Section").click()
    write(page, "sections-0-body", "A section.")
    Session.objects.all().delete()

    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("Your text is still here")).to_be_visible()
    log_in(page)

    expect(page.get_by_text("You were signed out")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("County Opens an Office")
    expect(page.locator("#id_sections-0-body")).to_have_value("A section.")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Release.objects.get().sections.get().body == "A section."


def test_files_of_a_refused_form_are_kept(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.get_by_role("button", name="Add another Image").click()
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": samples.photograph()}
    page.locator("#id_images-0-upload").set_input_files(photo)

    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("“photo.png” is still attached")).to_be_visible()
    page.locator("#id_images-0-alt").fill("Two halves")
    page.get_by_role("button", name="Save and close").click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert release.images.get().original_name == "photo.png"


@pytest.mark.parametrize("width", [1280, 390])
def test_files_of_a_refused_import_are_kept(desk, width):
    page = desk("/admin/releases/release/import/", width=width)
    record = b'{"title": "One", "date": "2024-05-14", "body": "A text."}'
    lines = {"name": "releases.jsonl", "mimeType": "application/json", "buffer": record}
    page.locator("#id_upload").set_input_files(lines)
    page.locator("#id_text").fill("A text, too")

    page.get_by_role("button", name="Continue").click()
    kept = page.get_by_text("releases.jsonl still attached. Choose other files to replace it.")
    expect(kept).to_be_visible()
    page.locator("#id_text").fill("")
    page.get_by_role("button", name="Continue").click()
    import_rehearsed(page)

    expect(page.get_by_text("1 saved as draft")).to_be_visible()
    assert Release.objects.get().source_name == "releases.jsonl:1"


def test_form_of_a_tab_whose_token_is_stale_can_still_be_sent(desk):
    page = desk(ADD)
    type_release(page)
    other = page.context.new_page()
    other.goto("/admin/")
    other.get_by_role("button", name="Log out").click()
    other.goto("/admin/")
    log_in(other)

    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing has been saved yet")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Release.objects.get().body.endswith("More.")


def test_typed_text_is_restored_after_the_tab_crashed(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.get_by_role("button", name="Add another Section").click()
    write(page, "sections-0-body", "A section.")
    page.locator("#id_title").fill("Half a sentence")
    expect(page.get_by_text("Unsaved text kept at")).to_be_visible(timeout=15_000)
    expect(page.locator(".autosave [role=status]")).to_have_text("Your text is kept.")

    again = page.context.new_page()
    page.close()
    again.goto(f"/admin/releases/release/{release.pk}/change/")
    expect(again.get_by_text("“Half a sentence”")).to_be_visible()
    again.get_by_role("link", name="Restore").click()

    expect(again.locator("#id_title")).to_have_value("Half a sentence")
    expect(again.locator("#id_sections-0-body")).to_have_value("A section.")
    again.get_by_role("button", name="Save draft").click()
    expect(again.get_by_text("was changed successfully")).to_be_visible()
    assert Release.objects.get().sections.get().body == "A section."
    assert not WorkingCopy.objects.exists()


def test_text_of_a_new_release_is_restored_or_discarded(desk):
    page = desk(ADD)
    page.locator("#id_title").fill("Brand new")
    expect(page.get_by_text("Unsaved text kept at")).to_be_visible(timeout=15_000)
    again = page.context.new_page()
    page.close()

    again.goto(ADD)
    expect(again.get_by_text("“Brand new”")).to_be_visible()
    again.get_by_role("button", name="Discard").click()

    expect(again.get_by_text("did not save it")).to_have_count(0)
    assert not WorkingCopy.objects.exists()


def test_autosave_reports_the_end_of_the_session(desk):
    page = desk(ADD)
    Session.objects.all().delete()

    page.locator("#id_title").fill("Half a sentence")

    expect(page.locator(".autosave")).to_contain_text("You are signed out", timeout=15_000)


def test_two_clicks_make_one_draft(desk):
    page = desk(ADD)
    type_release(page)

    page.get_by_role("button", name="Save and close").dblclick()
    expect(
        page.get_by_text(re.compile("was added successfully|already sent this form"))
    ).to_be_visible()

    assert Release.objects.count() == 1


def test_two_clicks_make_one_import(desk):
    page = desk("/admin/releases/release/import/")
    record = b'{"title": "One", "date": "2024-05-14", "body": "A text."}'
    lines = {"name": "releases.jsonl", "mimeType": "application/json", "buffer": record}
    page.locator("#id_upload").set_input_files(lines)

    page.get_by_role("button", name="Continue").dblclick()
    import_rehearsed(page)

    expect(page.get_by_text("1 saved as draft")).to_be_visible()
    assert Release.objects.count() == 1


def test_going_back_opens_the_created_draft(desk):
    page = desk(ADD)
    type_release(page)
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.go_back()

    expect(page.get_by_text("already sent this form")).to_be_visible()
    assert page.locator("#id_title").input_value() == "County Opens an Office"


def test_without_scripts_everything_else_still_works(desk):
    page = desk(ADD, java_script_enabled=False)
    type_release(page, body=page.locator("#id_body"))
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and preview").click()
    log_in(page)
    expect(page.locator("#id_title")).to_have_value("County Opens an Office")

    page.get_by_role("button", name="Save and preview").click()

    expect(page.get_by_text("Preview, for staff only.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("County Opens an Office")


def test_draft_is_taken_back_to_an_earlier_state(desk, make_release):
    release = make_release(slug="records-office")
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.locator("#id_title").fill("A worse title")
    page.get_by_role("button", name="Save draft").click()

    page.get_by_role("link", name="Earlier drafts").click()
    page.get_by_role("link", name="Compare").last.click()
    expect(page.locator("ins").first).to_contain_text("County")
    page.locator(".changes").get_by_role("link", name="Restore into the form").click()
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Release.objects.get().title == "County Opens a Records Office"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/admin/releases/topic/add/", "#id_name"),
        ("/admin/auth/user/add/", "#id_name"),
        ("/admin/password_change/", "#id_old_password"),
    ],
)
def test_leaving_any_changed_form_of_the_admin_asks(browse, staff, address, field):
    staff("administrator", "Ana")
    page, kinds = browse(address), []
    log_in(page)
    page.on("dialog", lambda dialog: (kinds.append(dialog.type), dialog.accept()))
    page.locator(field).click()
    page.locator(field).press_sequentially("Water")

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_the_form_of_a_preview_asks(asked, publish, in_an_hour):
    page, kinds = asked
    release = publish(in_an_hour)
    page.goto(f"/admin/releases/release/{release.pk}/previews/")
    page.locator("#id_recipient").click()
    page.locator("#id_recipient").fill("Jane Roe")

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_an_account_with_another_group_asks(browse, staff):
    ana = staff("administrator", "Ana")
    page, kinds = browse(f"/admin/auth/user/{ana.pk}/change/"), []
    log_in(page)
    page.on("dialog", lambda dialog: (kinds.append(dialog.type), dialog.accept()))
    page.wait_for_load_state()

    page.locator("#id_groups input:not(:checked)").first.click()
    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_a_refused_import_asks(asked):
    page, kinds = asked
    page.goto("/admin/releases/release/import/")
    empty = {"name": "a.jsonl", "mimeType": "application/json", "buffer": b"\n"}
    page.locator("#id_upload").set_input_files(empty)
    page.locator("#id_text").fill("A text, too")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("still attached").click()

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_a_text_that_was_read_and_not_saved_asks(asked):
    page, kinds = asked
    page.goto("/admin/releases/release/import/")
    page.locator("#id_text").fill("County Opens an Office")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("This is what we read").click()

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_a_page_whose_action_was_refused_asks(asked, publish):
    page, kinds = asked
    release = publish()
    page.goto(f"/admin/releases/release/{release.pk}/do/rename/")
    page.locator("#id_slug").fill("no address")
    page.get_by_role("button", name="Change address").click()
    page.locator("#id_slug").click()

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_the_page_that_keeps_a_form_with_a_stale_token_asks(asked):
    page, kinds = asked
    type_release(page)
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Save and close").click()
    page.get_by_text("Your text is still here").click()

    page.goto("/admin/")

    assert kinds == ["beforeunload"]


def test_leaving_a_list_with_marked_rows_does_not_ask(asked, make_release):
    page, kinds = asked
    make_release(slug="records-office")
    page.goto("/admin/releases/release/")
    page.locator("input.action-select").first.check()

    page.goto("/admin/")

    assert kinds == []
