"""Paging shows each release once, whatever is published meanwhile."""

import datetime
import html
import random
import re

import pytest
from django.db import connection
from django.utils import timezone

from releases import publishing
from releases.models import Release
from releases.web import forms
from tests.conftest import NOON

SIZE = 3
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch):
    monkeypatch.setattr(forms, "PAGE_SIZE", SIZE)


class Archive:
    """Releases with random release times, many of them equal, some in the future."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0

    def add(self, how_many: int) -> None:
        Release.objects.bulk_create(self._release() for _ in range(how_many))

    def _release(self) -> Release:
        self.count += 1
        now = timezone.now()
        some_hour = NOON + self.chance.randrange(8) * HOUR
        return Release(
            number=f"2024-{self.count:04d}",
            slug="a",
            title="A",
            date=NOON.date(),
            release_at=self.chance.choice([some_hour, some_hour, now, now, now + HOUR]),
            status="approved",
        )


def public() -> list[str | None]:
    rows = Release.objects.published(timezone.now()).newest_first()
    return list(rows.values_list("number", flat=True))


def numbers(page) -> list[str]:
    return re.findall(r'<h[23] [^>]*><a href="/releases/([0-9]+-[0-9]+)/', page.text)


def link(page, rel: str = "next") -> str | None:
    found = re.search(rf'<a rel="{rel}" href="([^"]*)"', page.text)
    return html.unescape(found[1]) if found else None


def walk(client, address: str, rel: str = "next", between=lambda: None) -> list[str]:
    """Return the numbers on all pages, following the links from that page."""
    path, seen = address.partition("?")[0], []
    while True:
        page = client.get(address)
        assert page.status_code == 200
        seen += numbers(page)
        if not (following := link(page, rel)):
            return seen
        address = path + following
        between()


@pytest.mark.parametrize(
    "address", ["/releases/", "/releases/2024/", "/releases/?year=2024", "/releases/2024/05/14/"]
)
@pytest.mark.parametrize("count", [2, SIZE + 2, 6 * SIZE])
def test_pages_have_the_public_releases_in_order(client, db, address, count):
    Archive(count).add(count)

    assert walk(client, address) == public() != []


@pytest.mark.parametrize("seed", range(12))
def test_no_release_is_repeated_or_missed_while_releases_are_added(client, db, seed):
    archive = Archive(seed)
    archive.add(archive.chance.randrange(1, 20))
    before = public()

    seen = walk(client, "/releases/", between=lambda: archive.add(archive.chance.randrange(3)))

    after = public()
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen) <= set(after)
    assert seen == [number for number in after if number in set(seen)]


@pytest.mark.parametrize("seed", range(6))
def test_no_release_is_missed_on_the_way_back(client, db, seed):
    archive = Archive(seed)
    archive.add(6 * SIZE)
    before = public()
    last = f"/releases/?page={-(-len(before) // SIZE)}"

    seen = walk(client, last, "prev", lambda: archive.add(archive.chance.randrange(2)))

    assert set(before) <= set(seen)


def test_numbered_pages_still_work(client, db):
    Archive(1).add(6 * SIZE)

    assert numbers(client.get("/releases/?page=2")) == public()[SIZE : 2 * SIZE]


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize(
    "word", ["x", "1", "-", "1-1-1", "9" * 5000, "\0", "²-1", "9" * 17 + "-1", "1-" + "9" * 19]
)
def test_invalid_cursor_is_named(client, db, name, word):
    Archive(2).add(SIZE)

    page = client.get("/releases/", {name: word})

    assert page.status_code == 200
    assert "is not a valid position" in page.text
    assert numbers(page) == public()[:SIZE]


@pytest.mark.parametrize("address", ["/releases/", "/corrections/", "/releases/2024/"])
@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize("word", ["-9999999999999999-0", f"{'9' * 16}-{'9' * 18}", "0-0"])
def test_any_place_answers(client, publish, address, name, word):
    publishing.withdraw(publish(), "a reason")
    publish()

    assert client.get(address, {name: word, "page": 10**9}).status_code == 200


def test_oldest_first_is_the_other_way_round(client, db):
    Archive(5).add(6 * SIZE)

    first = client.get("/releases/?sort=oldest")

    assert walk(client, "/releases/?sort=oldest") == public()[::-1]
    assert "releases, oldest first" in first.text
    assert f'<a href="?sort=oldest&amp;page={-(-len(public()) // SIZE)}">' in first.text  # the last


def test_page_past_the_last_has_a_message(client, db):
    Archive(3).add(2)

    page = client.get("/releases/?page=2&after=0-1")

    assert "There is nothing after that position. Showing the first page." in page.text
    assert numbers(page) == public()


def test_page_links_keep_filters_and_filter_links_drop_positions(client, db):
    Archive(4).add(6 * SIZE)
    older = link(client.get("/releases/?language=en"))

    assert "language=en" in older
    assert 'href="?">' in client.get(f"/releases/{older}").text  # the chip that takes it away


def test_corrections_log_is_walked_the_same_way(client, publish):
    for _ in range(2 * SIZE + 1):
        publishing.withdraw(publish(), "a reason")
    seen, address = [], "/corrections/"
    while address:
        page = client.get(address)
        seen += re.findall(r'<a href="/releases/([0-9-]+)/versions/">', page.text)
        address = link(page) and f"/corrections/{link(page)}"
        publishing.withdraw(publish(), "a reason")

    assert seen == [f"2024-{number:04d}" for number in range(2 * SIZE + 1, 0, -1)]


def test_deep_pages_are_read_from_the_index(db):
    rows = Release.objects.published(timezone.now()).for_listing()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")

        plan = rows.following(NOON, 5)[:SIZE].explain()

    assert "using release_listing" in plan
    assert re.search(r"Index Cond: .*release_at <= '2024-05-14", plan)
    assert "Sort" not in plan
