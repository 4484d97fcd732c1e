"""Corrections proposed by one person and approved by another, in a browser."""

import pytest
from playwright.sync_api import expect

from releases.models import Release
from tests.browser.test_day import sign_in  # noqa: F401 - a fixture
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)


def change_page(release):
    return f"/admin/releases/release/{release.pk}/change/"


def test_writer_proposes_and_publisher_approves(publish, sign_in, browse):  # noqa: F811
    release = publish()
    ana, ben = sign_in("writer", "Ana"), sign_in("publisher", "Ben")

    ana.goto(change_page(release))
    ana.locator("#id_title").fill("County Opens Two Records Offices")
    ana.get_by_label("Change kind").select_option("correction")
    ana.get_by_label("Change note").fill("Two offices, not one.")
    ana.get_by_role("button", name="Propose correction").click()
    expect(ana.get_by_text("then propose it")).to_be_visible()
    ana.get_by_role("button", name="Propose correction").click()
    expect(ana.get_by_text("Your correction is proposed")).to_be_visible()
    public = browse(release.get_absolute_url())
    assert "Two Records Offices" not in public.content()

    ben.goto("/admin/releases/release/?proposed=open")
    ben.get_by_role("link", name=release.title).click()
    ben.get_by_role("link", name="Approve correction …").click()
    expect(ben.locator(".changes ins").first).to_contain_text("Two")
    ben.get_by_role("button", name="Approve correction").click()

    public.goto(Release.objects.get().get_absolute_url())
    expect(public.get_by_role("heading", level=1)).to_have_text("County Opens Two Records Offices")


def test_chosen_file_stays_while_changes_are_read(publish, sign_in, tmp_path):  # noqa: F811
    release = publish()
    picture = tmp_path / "door.jpg"
    picture.write_bytes(samples.photograph())
    page = sign_in("publisher", "Ben")

    page.goto(change_page(release))
    page.get_by_role("button", name="Add another Image").click()
    page.locator("#id_images-0-upload").set_input_files(picture)
    page.locator("#id_images-0-alt").fill("A red door")
    page.get_by_label("Change kind").select_option("update")
    page.get_by_label("Change note").fill("A picture was added.")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("“door.jpg” is still attached")).to_be_visible()
    page.get_by_role("button", name="Save and close").click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert release.images.get().original_name == "door.jpg"
