"""Every kind of public page passes axe, wide in light and narrow in dark, and fits 320 pixels."""

import pytest
from django.utils import timezone

from releases import publishing
from releases.models import Topic
from releases.search import worker
from tests.browser.test_admin_axe import seen

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = [(1280, "light"), (320, "dark")]
PAGES = [
    *(
        "/",
        "/es/",
        "/releases/",
        "/releases/?sort=oldest",
        "/releases/2024/",
        "/releases/timeline/",
    ),
    *("/topics/", "/topics/water/", "/search/?q=office", "/search/?q=zzzz", "/corrections/"),
    *("/releases/2024-0001/", "/releases/2024-0001/cite/", "/releases/2024-0001/p1/"),
    *("/releases/2024-0001/versions/", "/releases/2024-0001/versions/1..2/", "/nowhere/"),
    *("/releases/2024-0002/", "/releases/2024-0003/", "/about/", "/about/journalists/"),
    *("/data/", "/api/v1/docs"),
]


@pytest.fixture
def archive(corrected, publish, search_index):
    """A corrected, a withdrawn and a removed release."""
    publishing.withdraw(publish(title="Withdrawn"), "It was wrong.")
    publishing.remove(publish(title="Removed"), "It named a minor.")
    water = Topic.objects.create(name="Water", slug="water")
    publish(title="Agua", language="es").topics.add(water)
    worker.sync(timezone.now())


def test_public_pages_pass_axe_and_never_scroll_sideways(archive, browse):
    page = browse("/")
    found = {}
    for address in PAGES:
        page.goto(address)
        found[address] = [fault for look in LOOKS for fault in seen(page, *look)]

    assert {address: faults for address, faults in found.items() if faults} == {}
