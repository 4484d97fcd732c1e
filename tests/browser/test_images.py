"""Pictures are dropped, described, ordered and focused in a form, and shown to readers."""

import base64
import re

import pytest
from playwright.sync_api import expect

from releases import publishing
from tests.browser.staff import editor
from tests.browser.test_admin_axe import violations
from tests.conftest import NOON
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)

DROP = """([selector, files]) => {
  const carried = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
    carried.items.add(new File([bytes], name));
  }
  const options = { bubbles: true, cancelable: true, dataTransfer: carried };
  document.querySelector(selector).dispatchEvent(new DragEvent("drop", options));
}"""


def drop(page, **files):
    pairs = [[f"{name}.jpg", base64.b64encode(data).decode()] for name, data in files.items()]
    page.evaluate(DROP, ["[data-image-drop]", pairs])


def drag_above(page, row, other):
    """Drag a row by its handle above another one; its rows shrink when the drag has begun."""
    handle = row.locator(".drag-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 19, box["y"] + 19, steps=3)
    expect(page.locator("#images-group")).to_have_class(re.compile("is-sorting"))
    page.mouse.move(box["x"] + 29, other.locator("h3").bounding_box()["y"] + 4, steps=5)
    page.mouse.up()


def set_focal_point(row):
    """Move the focal point by keys, then by a click at a quarter of the width."""
    focal = row.get_by_role("button", name="Focal point")
    focal.press("Shift+ArrowLeft")
    focal.press("ArrowUp")
    expect(row.get_by_label("Focal point: % from the left")).to_have_value("40")
    box = focal.bounding_box()
    focal.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    expect(row.get_by_label("Focal point: % from the left")).to_have_value("25")


def add_an_earlier_picture(page, words):
    page.get_by_role("link", name="Choose an earlier picture").click()
    page.get_by_label("Find by caption").fill(words)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("is added, not saved yet")).to_be_visible()


def test_pictures_are_dropped_ordered_and_published(desk, make_release, attach_image):
    earlier = make_release(title="Earlier", slug="earlier")
    attach_image(earlier, alt="The seal", caption="Seal of the office")
    publishing.approve(earlier, NOON)
    release = make_release(slug="records-office", body="First paragraph.\n\nLast paragraph.")
    errors = []
    page = desk(f"/admin/releases/release/{release.pk}/change/")
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))

    drop(page, door=samples.photograph(), gate=samples.photograph(right="green"), not_one=b"<svg/>")
    expect(page.get_by_text("2 pictures are uploaded, not saved yet.")).to_be_visible()
    expect(page.get_by_text("It is an SVG drawing")).to_be_visible()
    row = {
        name: page.locator(".inline-related", has=page.get_by_text(f"{name}.jpg", exact=True))
        for name in ("door", "gate")
    }
    for name in row:
        row[name].get_by_label("Alt text").fill(f"A {name}")

    first, last = sorted(row, key=lambda name: row[name].get_attribute("id"))
    row[last].get_by_role("button", name="Move up").press("Enter")
    expect(page.get_by_text("Now at position 1 of 2.")).to_be_attached()
    drag_above(page, row[first], row[last])
    expect(row[first].get_by_label("Position")).to_have_value("1")
    row[first].get_by_role("button", name="Move down").click()
    expect(row[last].get_by_label("Position")).to_have_value("1")

    set_focal_point(row[last])
    row[first].get_by_label("Lead image").check()
    row[last].get_by_label("Lead image").check()
    expect(row[first].get_by_label("Lead image")).not_to_be_checked()
    editor(page, "body").press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("New ending.")
    row[first].get_by_label("Place").select_option(label="After paragraph 3: New ending.")

    add_an_earlier_picture(page, "seal")
    assert violations(page) == []

    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    images = list(release.images.all())
    assert [image.alt for image in images] == [f"A {last}", f"A {first}", "The seal"]
    assert (images[0].is_lead, images[0].focus_x, images[1].after_paragraph) == (True, 25, 3)

    page.goto(publishing.approve(release, NOON).get_absolute_url())
    expect(page.locator(".lead-image img")).to_have_attribute("alt", f"A {last}")
    expect(page.locator("#p3 + figure img")).to_have_attribute("alt", f"A {first}")
    expect(page.locator(".figures img")).to_have_attribute("alt", "The seal")
    assert violations(page) == []
    assert errors == []
