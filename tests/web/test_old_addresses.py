"""Addresses of earlier sites, and misspelled ones of this site."""

import pytest

from releases import publishing
from releases.content.legacy_keys import legacy_key
from releases.models import LegacyURL, Redirect
from releases.web import old_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    def store(release, url):
        LegacyURL.objects.create(release=release, url=url, key=legacy_key(url))
        return release

    return store


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("/?p=123", "/?utm_source=x&p=123"),
        ("/index.php?option=com_content&id=7", "/index.php?id=7&amp;option=com_content"),
        ("/search/?id=7", "/search/?id=7"),
        ("/releases/?id=7", "/releases?id=7,"),
        ("/page.aspx?id=7", "/page.aspx?ID=7&x="),
    ],
)
def test_query_of_an_earlier_site_leads_to_its_release(client, publish, stored, url, asked):
    release = stored(publish(), f"http://old.example.gov{url}")

    answer = client.get(asked)

    assert (answer.status_code, answer.headers["Location"]) == (301, release.get_absolute_url())


def test_our_own_queries_cost_nothing_more(client, publish, stored, django_assert_num_queries):
    stored(publish(), "/?p=123")
    client.get("/releases/")
    for query in ("?utm_source=mail", "?topic=none", "?page=1"):
        client.get(f"/releases/{query}")
    with django_assert_num_queries(2):
        assert client.get("/about/accessibility/?p=9").status_code == 200
    with django_assert_num_queries(0):
        assert client.get("/about/accessibility/?utm_source=mail").status_code == 200


def test_embargoed_release_is_not_found_by_a_query(client, publish, stored, in_an_hour):
    stored(publish(release_at=in_an_hour), "/?p=123")

    early, unknown = (client.get(f"/?p={number}") for number in (123, 124))

    assert (early.status_code, unknown.status_code) == (200, 200)
    assert early.text.replace("p=123", "") == unknown.text.replace("p=124", "")


def test_removed_release_answers_with_its_tombstone(client, publish, stored):
    publishing.remove(stored(publish(), "/?p=123"), "It named a witness.")

    assert client.get("/?p=123", follow=True).status_code == 410


def test_earlier_host_leads_to_the_canonical_one(client, publish, stored, settings):
    settings.ALLOWED_HOSTS, settings.SITE_ORIGIN = ["*"], "https://press.example.gov"
    release = stored(publish(), "http://old.example.gov/?p=123")

    answer = client.get("/?p=123", headers={"host": "www.old.example.gov"})

    expected = f"https://press.example.gov{release.get_absolute_url()}"
    assert answer.headers["Location"] == expected


@pytest.mark.parametrize("mark", [",", ")", "%3E", ".", "%20", "index.html"])
def test_permalink_copied_with_punctuation_answers(client, publish, mark):
    release = publish()

    answer = client.get(f"{release.get_absolute_url()}{mark}")

    assert (answer.status_code, answer.headers["Location"]) == (301, release.get_absolute_url())


@pytest.mark.parametrize(
    "asked", ["/Releases/", "//releases//", "/releases/index.php", "/es//about"]
)
def test_misspelled_page_answers(client, asked):
    assert client.get(asked, follow=True).status_code == 200


@pytest.mark.parametrize("asked", ["/api/v1/x,", "/nowhere,", "/releases/x,", "/media/files/,"])
def test_other_addresses_stay_not_found(client, asked):
    assert client.get(asked).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("feed/", "feed", "rss", "rss/", "rss.xml", "atom.xml", "feed.xml", "feed.json"),
        *("favicon.ico", "api/v1/", "api/", "sitemap.xml", "sitemap_index.xml", "robots.txt"),
    ],
)
def test_conventional_address_answers(client, path):
    answer = client.get(f"/{path}")

    assert answer.status_code in (200, 301)
    assert client.get(f"/{path}", follow=True).status_code == 200


@pytest.fixture
def redirected():
    def make(address, target, status=301):
        return publishing.save_redirect(Redirect(address=address, target=target, status=status))

    return make


@pytest.mark.parametrize("target", ["/topics/", "https://archive.example.gov/rss?a=1&b=2"])
def test_redirect_of_staff_answers(client, redirected, target):
    redirected("/news/rss.php?section=2", target)
    redirected("/?section=2", target)

    for asked in ("/news/rss.php?section=2&utm_source=x", "/NEWS/RSS?section=2,", "/?section=2"):
        answer = client.get(asked)
        assert (answer.status_code, answer.headers["Location"]) == (301, target)


def test_address_that_is_gone_answers_410(client, redirected):
    redirected("/webcam.html", "", 410)

    assert client.get("/webcam.html").status_code == 410


def test_redirect_to_an_embargoed_release_answers_at_its_moment(client, publish, in_an_hour):
    early = publish(release_at=in_an_hour)
    publishing.save_redirect(Redirect(address="/launch", target=early.get_absolute_url()))

    assert client.get("/launch").status_code == 404
    assert old_addresses.targets(["/launch"], in_an_hour) == {"/launch": early.get_absolute_url()}
