"""Memory of a page that was sent: nothing large waits for the cyclic collector."""

import gc
from collections import Counter

import pytest
from django.core.cache import caches

from releases import publishing
from releases.models import RenderedPage, Topic
from releases.search import outbox, worker
from releases.web import feeds
from releases.web.response_cache.store import responses
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = [
    *("/", "/es/", "/releases/", "/releases/2024/", "/releases/2024/05/", "/releases/timeline/"),
    *("/topics/", "/topics/water/", "/search/?q=office", "/corrections/", "/about/journalists/"),
    *("/releases/{number}/{slug}/", "/releases/{number}/cite/", "/releases/{number}/p1/"),
    *("/releases/{number}/versions/", "/releases/{number}/versions/1..2/"),
    *("/releases/{number}.json", "/releases/{number}.txt", "/releases/{number}.pdf"),
    *("/feeds/releases.atom", "/feeds/search.json?q=office", "/feeds/corrections.atom"),
    *("/api/v1/releases/", "/api/v1/releases/{number}/", "/api/v1/releases.jsonl"),
    *("/api/v1/corrections/", "/sitemap.xml", "/nowhere", "/alerts/"),
]
LARGE = {
    *("RequestContext", "WSGIRequest", "FieldError", "Highlighter"),
    *("Release", "Version", "Image", "Attachment"),
}


@pytest.fixture
def illustrated(corrected, attach_image, attach_pdf):
    """An indexed release with a topic, three versions, an image and a document."""
    corrected.topics.add(Topic.objects.create(name="Water", slug="water"))
    attach_image(corrected, samples.with_personal_tags())
    attach_pdf(corrected, "The complaint")
    publishing.record_change(corrected, "update", "The complaint was added.")
    outbox.enqueue([corrected.pk])
    worker.sync()
    return corrected


@pytest.fixture
def left_by():
    """Return a function that counts, by type, what a call leaves to the collector."""

    def count(call, *arguments):
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        call(*arguments)
        gc.collect()
        gc.set_debug(0)
        left = Counter(type(each).__name__ for each in gc.garbage)
        gc.garbage.clear()
        return left

    gc.disable()
    yield count
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def read(visitor, address):
    """Request the page as its first reader does."""
    responses.clear()
    caches["shared"].clear()
    RenderedPage.objects.all().delete()
    visitor.get(address)


def test_page_leaves_nothing_large_to_the_collector(visitor, illustrated, left_by):
    left = {}
    for form in ADDRESSES:
        address = form.format(number=illustrated.number, slug=illustrated.slug)
        read(visitor, address)  # the process keeps what it makes once
        if types := LARGE & left_by(read, visitor, address).keys():
            left[address] = types

    assert left == {}


def test_entry_of_a_feed_leaves_nothing_to_the_collector(left_by):
    assert left_by(feeds.xml_safe_values, {"title": "Rivers", "categories": ["Water"]}) == {}
