"""Pages about the archive."""

import html
import re

import pytest

from releases import publishing
from releases.search import worker

PAGES = ["/about/", "/about/accessibility/", "/about/citing/", "/about/journalists/"]


@pytest.mark.parametrize("address", PAGES)
def test_about_page_works_before_the_first_release(client, db, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_every_page_links_to_the_about_pages(client, db, address):
    assert f'href="{address}"' in client.get("/search/").text


@pytest.mark.parametrize("address", PAGES)
def test_about_page_names_the_contact(client, db, settings, address):
    settings.PRESS_CONTACT = "Desk, (555) 010-0199"

    (main,) = re.findall("<main.*?</main>", client.get(address).text, re.DOTALL)

    assert 'href="tel:5550100199">(555) 010-0199</a>' in main


@pytest.mark.parametrize("address", [*PAGES, "/data/", "/api/v1/docs", "/search/help/"])
def test_page_about_the_site_marks_itself_among_the_others(client, db, address):
    (main,) = re.findall("<main.*?</main>", client.get(address).text, re.DOTALL)

    assert re.findall('<a href="([^"]*)" aria-current="page">', main) == [address]
    assert main.count("<h1") == 1


@pytest.mark.parametrize("address", ["/about/journalists/", "/data/", "/api/v1/docs"])
def test_sign_in_is_not_broken_at_its_hyphen(client, db, address):
    text = client.get(address).text

    assert "sign\N{NON-BREAKING HYPHEN}in" in text
    assert "sign-in" not in text


def test_archive_page_has_current_counts(client, publish, in_an_hour):
    publish(date="2009-02-03")
    publish(date="2024-05-14")
    publish(release_at=in_an_hour, date="1999-01-02")
    publishing.withdraw(publish(date="2001-01-02"), "It named the wrong county.")

    page = client.get("/about/").text

    assert '<dd><a href="/releases/">2</a></dd>' in page
    assert '<a href="/releases/2009/">2009</a>' in page
    assert '<a href="/releases/2024/">2024</a>' in page


def test_citing_shows_the_latest_release_in_every_style(client, publish, in_an_hour):
    publish(title="County Opens a Park")
    publish(release_at=in_an_hour, title="Not Yet Public")

    page = client.get("/about/citing/").text

    assert re.findall("<dt>(.*?)</dt>", page) == ["APA", "MLA", "Chicago", "Bluebook", "AP"]
    assert page.count("County Opens a Park") == 5
    assert "Not Yet Public" not in page


@pytest.mark.parametrize("address", PAGES)
def test_every_link_and_example_answers(client, publish, address):
    release = publish()
    release.topics.create(name="Water & Land", slug="water")
    worker.sync()

    main = client.get(address).text.partition("<body>")[2]
    links = set(re.findall(r'href="(?:http://testserver)?(/[^"#]*)', main))

    assert links
    assert {client.head(html.unescape(link)).status_code for link in links} == {200}


def test_journalists_find_the_feeds_of_the_most_frequent_topic(client, publish):
    publish().topics.create(name="Water & Land", slug="water")

    page = client.get("/about/journalists/").text

    assert 'href="/feeds/releases.atom?topic=water"' in page
    assert 'href="/feeds/search.json?q=Water+%26+Land"' in page


def test_pages_about_the_archive_are_in_the_sitemap_and_canonical(client, db):
    listed = re.findall("<loc>(.*?)</loc>", client.get("/sitemap-pages.xml").text)

    assert {f"http://testserver{address}" for address in PAGES} <= set(listed)
    for address in listed:
        assert f'<link rel="canonical" href="{address}">' in client.get(address).text
