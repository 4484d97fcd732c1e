"""What other programs read: JSON-LD, oEmbed, unAPI, sitemaps, robots.txt, security.txt."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
import rispy
from django.utils import timezone

from releases import publishing
from releases.web.sitemaps import ReleaseSitemap

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def json_ld(client, release):
    page = client.get(release.get_absolute_url()).text
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(data)


def test_json_ld_tells_title_dates_and_the_office(client, publish):
    article = json_ld(client, publish(subtitle="Doors Open Monday"))

    assert article["@type"] == "NewsArticle"
    assert article["headline"] == "County Opens a Records Office"
    assert article["alternativeHeadline"] == "Doors Open Monday"
    assert article["datePublished"] == "2024-05-14T12:00:00-07:00"
    assert article["author"]["name"] == "Office of the Attorney General"


def test_json_ld_of_what_was_released_on_another_day_has_the_printed_date(client, publish):
    release = publish(timezone.now())

    assert json_ld(client, release)["datePublished"] == "2024-05-14"


def test_json_ld_tells_corrections(client, corrected):
    (correction,) = json_ld(client, corrected)["correction"]

    assert correction["text"] == "Two offices, not one."


def test_json_ld_ends_no_element_early(client, publish):
    body = "</script><script>alert('x')</script> & <!-- more"
    release = publish(title="Fees < 5 & > 3 <!-- more", body=body)

    assert json_ld(client, release)["headline"] == "Fees < 5 & > 3 <!-- more"
    assert client.get(release.get_absolute_url()).text.count("<script>") == 0


def test_oembed_shows_a_release_of_this_site(client, publish):
    release = publish(title="A < b & c")
    address = f"http://testserver{release.get_absolute_url()}"

    answer = client.get("/oembed", {"url": address}).json()

    assert (answer["version"], answer["type"], answer["title"]) == ("1.0", "rich", "A < b & c")
    assert f'<a href="{address}">A &lt; b &amp; c</a>' in answer["html"]
    assert client.get(answer["thumbnail_url"]).status_code == 200


def test_page_tells_where_its_oembed_is(client, publish):
    page = client.get(publish().get_absolute_url()).text

    address = re.search(r'json\+oembed" title="[^"]*" href="([^"]*)"', page)[1]
    assert client.get(address).json()["title"] == "County Opens a Records Office"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/releases/2024-0001/",
        "http://testserver/nowhere/",
        "http://testserver/releases/",
        "http://[",
        "http://testserver/releases/2024-0009/x/",
    ],
)
def test_oembed_refuses_other_addresses(client, publish, url):
    publish()

    assert client.get("/oembed", {"url": url}).status_code == 404


def test_oembed_has_no_xml(client, db):
    assert client.get("/oembed?format=xml&url=x").status_code == 501


def test_zotero_finds_the_citation_of_a_page(client, publish):
    release = publish()
    page = client.get(release.get_absolute_url()).text
    assert f'<abbr class="unapi-id" title="{release.number}"' in page

    formats = client.get("/unapi", {"id": release.number})
    answer = client.get("/unapi", {"id": release.number, "format": "ris"})

    assert formats.status_code == 300
    assert [f.get("name") for f in ET.fromstring(formats.content)] == ["ris", "bibtex"]
    assert rispy.loads(answer.text)[0]["title"] == release.title


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?id=2024-0009", 404),
        ("?id=x%00", 404),
        ("?id=2024-0001&format=mods", 406),
        ("?id=2024-0001&format=bibtex", 200),
    ],
)
def test_unapi_answers_as_its_revision_1_has_it(client, publish, query, status):
    publish()

    assert client.get(f"/unapi{query}").status_code == status


def locations(client, address):
    root = ET.fromstring(client.get(address).content)
    return [element.text for element in root.iter(f"{SITEMAP}loc")]


def test_sitemap_is_found_and_leads_to_every_release(client, publish, in_an_hour):
    releases = [publish(), publish()]
    publish(release_at=in_an_hour)
    index = re.search(r"Sitemap: (\S+)", client.get("/robots.txt").text)[1]

    part, _ = locations(client, index)

    assert locations(client, part) == [
        f"http://testserver{release.get_absolute_url()}" for release in reversed(releases)
    ]


def test_sitemap_tells_the_last_change(client, corrected):
    page = client.get("/sitemap-releases.xml").text

    day = timezone.localdate(corrected.versions.last().at)
    assert f"<lastmod>{day}</lastmod>" in page


def test_large_sitemap_is_parted(client, publish, monkeypatch):
    monkeypatch.setattr(ReleaseSitemap, "limit", 2)
    for _ in range(3):
        publish()

    parts = [part for part in locations(client, "/sitemap.xml") if "releases" in part]

    assert sum(len(locations(client, part)) for part in parts) == 3
    assert len(parts) == 2


def test_news_sitemap_has_what_is_new(client, publish):
    publish()
    fresh = publish(timezone.now(), title="News & More", language="es-MX")

    page = client.get("/sitemap-news.xml").text

    assert page.count("<news:news>") == 1
    assert "<news:title>News &amp; More</news:title>" in page
    assert "<news:language>es</news:language>" in page
    assert fresh.get_absolute_url() in page


def test_security_txt_names_contact_and_expiry(client):
    text = client.get("/.well-known/security.txt").text

    assert "Contact: mailto:security@example.gov\n" in text
    assert re.search(r"Expires: \d{4}-\d\d-\d\dT00:00:00Z\n", text)


def test_security_txt_is_not_there_without_a_contact(client, settings, db):
    settings.SECURITY_CONTACT = ""

    assert client.get("/.well-known/security.txt").status_code == 404


def test_withdrawn_release_is_told_to_no_machine(client, publish):
    release = publishing.withdraw(publish(), "It named the wrong county.")

    assert "ld+json" not in client.get(release.get_absolute_url()).text
    assert "2024-0001" not in client.get("/sitemap-releases.xml").text
    address = f"http://testserver{release.get_absolute_url()}"
    assert client.get("/oembed", {"url": address}).status_code == 404
