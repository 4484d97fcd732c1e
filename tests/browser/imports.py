"""Steps of an import in the admin's page, with its background run done at once."""

from playwright.sync_api import Page, expect

from releases.importing import background


def import_rehearsed(page: Page, releases: str = "1 release") -> None:
    """Run the rehearsal, then the import, as the worker would."""
    expect(page.locator("[data-import-running]")).to_be_visible()
    background.process()
    page.get_by_role("button", name=f"Import {releases}").click()
    expect(page.locator("[data-import-running]")).to_be_visible()
    background.process()
