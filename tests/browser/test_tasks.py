"""Common tasks of readers and reporters take at most two clicks from the home page."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from releases import publishing
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)

RELEASE, QUOTE = "County Opens a Records Office", "Quote paragraph 1"

# Task: what a person clicks, and what the page then shows.
ON_PAGES = {
    "press contact of a release": ([RELEASE], "address:has-text('(555) 010-0100')"),
    "quotation with its citation": ([RELEASE, QUOTE], "text=Copied with its citation."),
    "citation in APA": ([RELEASE, "Cite"], "dt:text-is('APA')"),
    "what changed": ([RELEASE, "What changed"], "ins"),
    "Spanish version": ([RELEASE, "Español"], "h1:has-text('Oficina')"),
}
# Task: what a person clicks, and the media type or scheme of where the last link leads.
FILES = {
    "feed": (["Feed of all releases (Atom)"], "application/atom+xml"),
    "PDF": ([RELEASE, "PDF"], "application/pdf"),
    "BibTeX": ([RELEASE, "BibTeX"], "application/x-bibtex"),
    "table of a year": (["Timeline", "CSV"], "text/csv"),
    "picture": ([RELEASE, "Full size"], "image/jpeg"),
    "share": ([RELEASE, "Share"], "mailto:"),
}


@pytest.fixture
def page(search_index, make_release, attach_image, browse):
    """Home page of a site with a corrected release, its picture and its translation."""
    release = make_release()
    attach_image(release, alt="The courthouse")
    release = publishing.approve(release, NOON)
    release.body = release.body.replace("a records office", "two records offices")
    with transaction.atomic():
        release.save()
        publishing.record_change(release, "correction", "Two offices, not one.")
    translation = publishing.start_translation(release, "es")
    translation.title, translation.body = "Oficina de registros", "Hoy abrió una oficina."
    translation.save()
    publishing.approve(translation, NOON)
    return browse("/", permissions=["clipboard-read", "clipboard-write"])


def follow(page, names):
    page.goto("/")
    for name in names:
        page.get_by_role("link", name=name).first.click()


def test_pages_are_at_most_two_clicks_away(page):
    for names, shown in ON_PAGES.values():
        assert len(names) <= 2
        follow(page, names)
        expect(page.locator(shown).first).to_be_visible()


def test_files_are_at_most_two_clicks_away(page):
    for names, kind in FILES.values():
        assert len(names) <= 2
        follow(page, names[:-1])
        address = page.get_by_role("link", name=names[-1]).first.get_attribute("href")
        opened = "mailto:" if address.startswith("mailto:") else media_type(page, address)
        assert opened.startswith(kind), names


def media_type(page, address):
    answer = page.request.get(address)
    assert answer.ok
    return answer.headers["content-type"]
