import pytest

from releases import publishing
from releases.content.legacy_keys import legacy_key
from releases.models import LegacyURL
from releases.search.direct_match import find_by_legacy_url, find_release

pytestmark = pytest.mark.contract


@pytest.fixture
def moved(publish):
    release = publish()
    for url in ("http://oag.example.gov/news/accord.html", "http://oag.example.gov/pr.asp?id=1"):
        LegacyURL.objects.create(release=release, url=url, key=legacy_key(url))
    return release


@pytest.mark.parametrize(
    "text",
    [
        "https://oag.example.gov/news/accord.html",
        "oag.example.gov/news/Accord",
        "www.example.gov/news/accord/?utm_source=mail",
        "/news/accord.html?print=1#top",
        "http://oag.example.gov/pr.asp?ID=1",
    ],
)
def test_legacy_url_finds_its_release(moved, text):
    assert find_release(text) == moved


def test_number_or_permalink_finds_its_release(moved):
    for text in (moved.number, f" {moved.number} ", f"http://x.gov{moved.get_absolute_url()}"):
        assert find_release(text) == moved
    assert find_release(f"/releases/{moved.number}.txt") == moved


@pytest.mark.parametrize(
    "text",
    [
        *("", "1999-0001", "accord", "news accord", "/pr.asp?id=2", "/pr.asp", "http://[", "a/b\0"),
        *("2024-0001 trafficking", "and/or"),
    ],
)
def test_other_text_finds_nothing(moved, text):
    assert find_release(text) is None


def test_embargoed_release_is_not_found(make_release, publish, in_an_hour):
    embargoed = publish(release_at=in_an_hour)
    assert find_release(embargoed.number) is None


def test_withdrawn_release_is_found_for_its_notice(moved):
    publishing.withdraw(moved, "It named the wrong person.")
    assert find_release(moved.number) == moved


def test_address_with_a_nul_finds_nothing(client, db):
    assert client.get("/a%2500b/%00").status_code == 404
    assert find_by_legacy_url("/a%00b") is None
