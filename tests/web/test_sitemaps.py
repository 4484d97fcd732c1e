"""Sitemaps, and their URLs in robots.txt."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.utils import timezone

from releases.web.sitemaps import ReleaseSitemap

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client, address):
    root = ET.fromstring(client.get(address).content)
    return [element.text for element in root.iter(f"{SITEMAP}loc")]


def test_sitemap_links_to_every_release(client, publish, in_an_hour):
    releases = [publish(), publish()]
    publish(release_at=in_an_hour)
    index = re.search(r"Sitemap: (\S+)", client.get("/robots.txt").text)[1]

    part, _ = locations(client, index)

    assert locations(client, part) == [
        f"http://testserver{release.get_absolute_url()}" for release in reversed(releases)
    ]


def test_sitemap_has_the_time_of_the_last_change(client, corrected):
    page = client.get("/sitemap-releases.xml").text

    day = timezone.localdate(corrected.versions.last().at)
    assert f"<lastmod>{day}</lastmod>" in page


def test_large_sitemap_is_split(client, publish, monkeypatch):
    monkeypatch.setattr(ReleaseSitemap, "limit", 2)
    for _ in range(3):
        publish()

    parts = [part for part in locations(client, "/sitemap.xml") if "releases" in part]

    assert sum(len(locations(client, part)) for part in parts) == 3
    assert len(parts) == 2


@pytest.mark.django_db(transaction=True)
def test_sitemap_index_counts_once_while_nothing_changes(
    client, publish, django_assert_num_queries
):
    publish()
    before = client.get("/sitemap.xml").text
    with django_assert_num_queries(1):  # the state
        assert client.get("/sitemap.xml?again").text == before

    publish(timezone.now())
    assert client.get("/sitemap.xml").text != before


def test_news_sitemap_has_recent_releases(client, publish):
    publish()
    fresh = publish(timezone.now(), title="News & More", language="es-MX")

    page = client.get("/sitemap-news.xml").text

    assert page.count("<news:news>") == 1
    assert "<news:title>News &amp; More</news:title>" in page
    assert "<news:language>es</news:language>" in page
    assert fresh.get_absolute_url() in page


def test_crawlers_are_kept_from_searches_and_filtered_feeds(client):
    rules = client.get("/robots.txt").text.splitlines()

    assert {"Disallow: /search/?", "Disallow: /feeds/*?"} <= set(rules)
    assert not {"Disallow: /releases/", "Disallow: /topics/"} & set(rules)


def test_alerts_page_is_not_indexed_where_no_mail_is_sent(client, db):
    assert "/alerts/</loc>" not in client.get("/sitemap-pages.xml").text
    assert 'name="robots" content="noindex"' in client.get("/alerts/").text


def test_search_engines_are_offered_the_alerts_page_but_none_of_its_searches(client, db, mail_to):
    mail_to("smtp://127.0.0.1:25?tls=off")
    page, noindex = client.get("/alerts/").text, 'name="robots" content="noindex"'

    assert "/alerts/</loc>" in client.get("/sitemap-pages.xml").text
    assert '/alerts/">' in page.partition('rel="canonical"')[2].partition("\n")[0]
    assert noindex not in page
    rules = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /alerts/" not in rules
    assert {"Disallow: /alerts/?", "Disallow: /alerts/*/"} <= set(rules)
    for narrowed in ("?q=water", "?list=corrections", "?year=2012"):
        assert noindex in client.get(f"/alerts/{narrowed}").text
