"""Files dropped on the import page are rehearsed, mapped, imported and taken back."""

import pytest
from playwright.sync_api import expect

from releases.importing import background
from releases.models import Release
from tests.browser.test_admin_axe import violations

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = (
    "Headline,Posted,Full Text\nRink Opens,03/04/2012,It is open.\nPool Opens,2012-09-21,Warm.\n"
)
TEXT = "County Opens a Records Office\n\nMay 14, 2024\n\nSPRINGFIELD – It opened today.\n\n# # #\n"
DROP = """(form, files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


def test_dropped_files_are_rehearsed_mapped_imported_and_taken_back(desk):
    page = desk("/admin/releases/release/import/")
    files, bar = (page.locator(each).bounding_box() for each in ("[type=file]", ".submit-row"))
    assert files["y"] + files["height"] < bar["y"] < 800
    page.locator("[data-import-drop]").evaluate(DROP, [["a.csv", TABLE], ["b.txt", TEXT]])
    expect(page.get_by_text("Chosen: a.csv, b.txt")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Reading: 0 releases so far.")).to_be_visible()
    background.process()
    expect(page.get_by_text("Rehearsal: 1 new, 1 cannot be imported.")).to_be_visible()

    for column, field in (("Headline", "title"), ("Posted", "date"), ("Full Text", "body")):
        page.get_by_label(column).select_option(field)
    page.get_by_label("Dates such as 03/04/2012").select_option("us")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("[data-import-running]")).to_be_visible()
    background.process()
    expect(page.get_by_role("rowheader", name="Rink Opens")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Import 3 releases").click()
    expect(page.locator("[data-import-running]")).to_be_visible()
    background.process()
    expect(page.get_by_text("3 saved as draft.")).to_be_visible()
    assert Release.objects.count() == 3

    page.get_by_text("Take this import back").click()
    page.get_by_role("button", name="Take back the import").click()
    expect(page.get_by_text("This import was taken back.")).to_be_visible()
    assert violations(page) == []
    assert not Release.objects.exists()
