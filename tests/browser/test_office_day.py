"""A day of a press office, from invitation to correction, by three people in three browsers."""

import os
import re

import pytest
from playwright.sync_api import expect

from releases.mail import delivery
from releases.models import Release
from tests.authority.walk import load
from tests.browser.staff import write
from tests.browser.test_day import sign_in  # noqa: F401 - a fixture
from tests.browser.test_desk import mailing  # noqa: F401 - a fixture
from tests.browser.test_images import drop
from tests.browser.test_invitation import LINK
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "County Opens an Office"
TEXT = "SPRINGFIELD – The county opened an office today."
PASSWORD = "Kx7-horse-staple"


def click(page, name, role="button"):
    page.get_by_role(role, name=name).first.click()


def picture(page, name):
    """Save the page, wide in light and narrow in dark, if SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        for width, scheme in ((390, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)


@pytest.fixture
def errors():
    """Errors in the consoles of the three browsers."""
    return []


@pytest.fixture
def people(sign_in, browse, mailing, errors):  # noqa: F811
    """Pages of Eve, an administrator, and of a writer and a publisher whom she invited."""
    eve = sign_in("administrator", "Eve")
    eve.wait_for_url("**/admin/")
    pages = [eve, *(invited(eve, browse, mailing, name) for name in ("Ana", "Ben"))]
    for page in pages:
        page.on("console", lambda line: line.type == "error" and errors.append(line.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
    return pages


def invited(eve, browse, server, name):
    """Invite a person by e-mail, and return the page on which the invitation was accepted."""
    role = {"Ana": "Writer", "Ben": "Publisher"}[name]
    eve.goto("/admin/auth/user/")
    click(eve, "Invite", "link")
    eve.get_by_label("Name").fill(name)
    eve.get_by_label("E-mail").fill(f"{name.lower()}@example.gov")
    eve.get_by_role("radio", name=re.compile(role)).check()
    click(eve, "Invite")
    expect(eve.get_by_text("An invitation goes to")).to_be_visible()
    delivery.send_due()
    page = browse(LINK.search(server.taken[-1].content.decode())[0])
    page.get_by_label("New password", exact=False).first.fill(PASSWORD)
    page.get_by_label("confirmation").fill(PASSWORD)
    click(page, "Set password and sign in")
    expect(page.get_by_role("heading", name=re.compile("Drafts of yours"))).to_be_visible()
    return page


def prepare_the_office(eve):
    """Name the office; add what releases reuse: a contact, a topic and the standard templates."""
    eve.goto("/admin/releases/contact/add/")
    eve.get_by_label("Name").fill("Jane Roe")
    eve.get_by_label("Phone").fill("(555) 010-0100")
    click(eve, "Save")
    eve.goto("/admin/releases/topic/add/")
    eve.get_by_label("Name").fill("Water")
    click(eve, "Save")
    eve.goto("/admin/releases/office/")
    eve.get_by_label("Name").fill("Springfield Press Office")
    click(eve, "Save")
    eve.goto("/admin/releases/release/start/")
    click(eve, "Add four to begin with")


def write_a_statement(ana):
    """Start from a template, write, choose a contact and a topic, and drop a picture."""
    ana.goto("/admin/releases/release/start/")
    click(ana, "Start Statement")
    ana.wait_for_url("**/change/**")
    ana.wait_for_load_state()
    ana.locator("#id_title").fill(TITLE)
    ana.locator("#id_date").fill("2024-05-14")
    ana.get_by_label("Take the contact from the list").select_option("Jane Roe")
    write(ana, "body", TEXT)
    drop(ana, door=samples.photograph())
    ana.get_by_label("Alt text").locator("visible=true").fill("A red door")
    picture(ana, "statement")
    click(ana, "Save draft")
    expect(ana.get_by_text("was changed successfully")).to_be_visible()
    return Release.objects.get()


def test_office_works_a_day(people, browse, mailing, errors):  # noqa: F811
    eve, ana, ben = people
    prepare_the_office(eve)
    release = write_a_statement(ana)
    form = f"/admin/releases/release/{release.pk}/change/"

    comment_and_submit(ana, ben, form, mailing)
    schedule_and_publish(ana, ben, release)
    reader = browse(release.get_absolute_url())
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(reader.get_by_role("img", name="A red door").first).to_be_visible()

    settle_an_import(ana)
    correct_it(ana, ben, form)
    reader.reload()
    expect(reader.get_by_role("note")).to_contain_text("Two offices, not one.")

    file_and_merge(ben, eve)
    reader.goto("/topics/rivers/")
    expect(reader).to_have_url(re.compile("/topics/water/"))
    expect(reader.get_by_role("link", name=TITLE)).to_be_visible()
    expect(reader.get_by_text("Springfield Press Office").first).to_be_visible()

    # The history has all of it, and Eve ends Ana's access.
    eve.goto(f"/admin/releases/release/{release.pk}/history/")
    picture(eve, "history")
    for said in ("Which office?", "e-mailed Ben", "From Wednesday, June 1, 2044"):
        expect(eve.get_by_text(said).first).to_be_visible()
    eve.goto("/admin/auth/user/")
    click(eve, "Ana", "link")
    click(eve, "Deactivate", "link")
    click(eve, "Deactivate")
    ana.goto(form)
    expect(ana.get_by_label("Username")).to_be_visible()
    assert errors == []


def comment_and_submit(ana, ben, form, mailing):  # noqa: F811
    """Comment as Ben, answer and submit as Ana; Ben gets an e-mail."""
    ben.goto(form)
    click(ben, "Comment on this release", "link")
    ben.get_by_label("Comment", exact=True).fill("Which office?")
    click(ben, "Add comment")
    ana.goto(form)
    click(ana, "Which office?", "link")
    ana.get_by_label("Reply").fill("The one on Elm Street.")
    click(ana, "Reply")
    ana.goto(form)
    click(ana, "Submit for review")
    expect(ana.get_by_text("in review").first).to_be_visible()
    delivery.send_due()
    assert mailing.taken[-1].rcpt_tos == ["ben@example.gov"]


def schedule_and_publish(ana, ben, release):
    """Find the release on Ben's first page, schedule it, then publish it at once."""
    ben.goto("/admin/")
    picture(ben, "waiting")
    click(ben, TITLE, "link")
    ben.locator("[name=release_day]").fill("2044-06-01")
    ben.locator("[name=release_time]").fill("9 am")
    click(ben, "Schedule for")
    ben.get_by_label("Yes, I confirm this").check()  # far ahead
    click(ben, "Schedule for")
    expect(ben.get_by_text("under embargo until").first).to_be_visible()
    ana.goto("/admin/calendar/2044/6/")
    expect(ana.get_by_role("link", name=TITLE)).to_be_visible()
    click(ben, "Publish now")
    release.refresh_from_db()
    assert release.slug == "county-opens-an-office"


def settle_an_import(ana):
    """Settle a draft of the import queue by one suggestion."""
    load({"id": "1", "source": "x", "body": "A bridge was closed.", "date": "2024-05-14"})
    ana.goto("/admin/releases/release/queue/")
    picture(ana, "queue")
    ana.keyboard.press("Alt+1")
    ana.keyboard.press("Alt+Enter")
    expect(ana.get_by_text("No draft has import warnings")).to_be_visible()


def correct_it(ana, ben, form):
    """Propose a correction as Ana, and approve it as Ben."""
    ana.goto(form)
    write(ana, "body", TEXT.replace("an office", "two offices"))
    ana.get_by_label("Change kind").select_option("correction")
    ana.get_by_label("Change note").fill("Two offices, not one.")
    click(ana, "Propose correction")
    expect(ana.get_by_text("then propose it")).to_be_visible()
    click(ana, "Propose correction")
    ben.goto("/admin/")
    click(ben, TITLE, "link")
    click(ben, "Approve correction …", "link")
    picture(ben, "correction")
    click(ben, "Approve correction")


def file_and_merge(ben, eve):
    """Find the release in a view, file it under a new topic as Ben, and merge that as Eve."""
    ben.goto("/admin/")
    click(ben, "Published", "link")
    click(ben, "Compact")
    ben.get_by_role("row", name=TITLE).get_by_role("checkbox").check()
    eve.goto("/admin/releases/topic/add/")
    eve.get_by_label("Name").fill("Rivers")
    click(eve, "Save")
    ben.locator(".actions [name=topics]").fill("Rivers")
    click(ben, "File selected")
    click(ben, "Add topics")
    expect(ben.get_by_text("1 release")).to_be_visible()
    click(eve, "Rivers", "link")
    click(eve, "Merge", "link")
    eve.get_by_label("Merge into").fill("Water")
    click(eve, "Merge")
    expect(eve.get_by_text("Its address redirects")).to_be_visible()
