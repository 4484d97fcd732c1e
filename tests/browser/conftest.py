"""Fixtures for Chromium against a live server."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.staff import log_in

FLAGS = ["--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
# Playwright's event loop runs in the test's thread; Django's guard against that does not apply.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed, and continuous integration needs it.")
        pytest.skip("Chromium is not installed: the browser tests are left out.")
    # Chromium's sandbox does not run as root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, live_server):
    """Open a page of the site, as `browse("/", width=320, color_scheme="dark")`."""
    contexts = []

    def go(address, *, width=1280, **options):
        size = {"width": width, "height": 800}
        context = chromium.new_context(viewport=size, base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def desk(browse, staff):
    """Open an admin page as Ana, a publisher: `desk(ADD)`."""
    staff("publisher", "Ana")

    def go(address, **options):
        page = browse(address, **options)
        log_in(page)
        page.wait_for_url(f"**{address}*")
        page.wait_for_load_state()
        return page

    return go
