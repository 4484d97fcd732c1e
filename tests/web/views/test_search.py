"""Search page with its filters, and its help page."""

import datetime
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from releases import publishing
from releases.models import PinnedResult, Release, Topic
from releases.search import outbox, similarity, worker
from releases.search.facets import Facet, NamedFacets
from releases.search.query import parser
from releases.search.query.parser import parse
from releases.web.forms import SearchForm

pytestmark = pytest.mark.contract


def indexed_now(release, topics=()):
    release.topics.set(topics)
    outbox.enqueue([release.pk])
    worker.sync()
    return release


@pytest.fixture
def found(publish):
    """Two notices of different years, languages and topics."""
    water = Topic.objects.create(name="Water & Air", slug="water-air")
    dams = Topic.objects.create(name="Dams", slug="dams")
    old = publish(title="Old < Notice & more", date=datetime.date(2023, 1, 1))
    new = publish(title="New Notice", language="es")
    return [indexed_now(old, [water]), indexed_now(new, [dams])]


def test_a_facet_adds_its_filter_and_a_chip_removes_it(client, found):
    page = client.get("/search/?q=notice")
    assert '<input type="hidden" name="q" value="notice">' in page.text
    assert '<button class="link" name="topic" value="water-air">' in page.text
    assert '<button class="link" name="year" value="2023">' in page.text
    assert '<button class="link" name="language" value="es">' in page.text
    narrowed = client.get("/search/?q=notice&year=2023")
    assert "1 release<" in narrowed.text
    assert "New Notice" not in narrowed.text
    assert '<li><a href="?q=notice"><span class="visually-hidden">Remove filter' in (narrowed.text)


@pytest.mark.parametrize("query", ["argue", "argue*", '"argue"', "-argue notice", "title:angue"])
@pytest.mark.parametrize(
    "address", ["/search/", "/api/v1/releases/", "/api/v1/releases.jsonl", "/feeds/search.atom"]
)
def test_word_without_a_stem_can_be_searched(client, publish, address, query):
    release = publish(title="Notice", body="Some say angue, they argue.", language="es")
    indexed_now(release)

    answer = client.get(address, {"q": query})

    assert answer.status_code == 200
    text = b"".join(answer).decode()
    assert (release.number in text) == (query[0] not in "-t")


@pytest.mark.parametrize(
    "address", ["/search/?", "/api/v1/releases/?", "/api/v1/releases.csv?", "/feeds/search.rss?"]
)
def test_query_is_parsed_once(client, found, monkeypatch, address):
    parsed = []
    monkeypatch.setattr(parser, "parse", lambda text: parsed.append(text) or parse(text))

    client.get(f"{address}q=notice&year=2023")

    assert parsed == ["notice"]


def test_matches_are_marked_and_the_rest_is_escaped(client, found):
    page = client.get("/search/?q=notice&year=2023")
    assert "Old &lt; <mark>Notice</mark> &amp; more" in page.text


def test_query_is_echoed_and_explained(client, found):
    page = client.get("/search/", {"q": 'title:notice -"<i>"'})
    assert "title:notice -&quot;&lt;i&gt;&quot;" in page.text.partition('class="found"')[2]
    assert "Interpreted as: the word notice in the title and not exactly “&lt;i&gt;”." in page.text


def test_order_and_dates_go_with_the_rest(client, found):
    page = client.get("/search/?q=notice&from=2023-01-01&to=2023-12-31&sort=newest")
    assert "1 release<" in page.text
    assert 'name="from" value="2023-01-01"' in page.text
    assert '<input type="hidden" name="sort" value="newest">' in page.text
    assert "<strong>Newest first</strong>" in page.text


def test_unreadable_parameters_are_named(client, found):
    page = client.get("/search/?q=notice&from=yesterday&year=x&topic=a%20b&sort=best")
    for typed, name in (("yesterday", "date"), ("x", "year"), ("a b", "topic"), ("best", "order")):
        assert f"“{typed}” is not a valid {name}, so we ignored it." in page.text
    assert "2 releases<" in page.text


def test_empty_result_offers_to_remove_each_filter_with_its_count(client, found):
    page = client.get("/search/?q=notice&topic=water-air&year=2024")
    assert 'remove “2024”: <a href="?q=notice&amp;topic=water-air">1 release</a>' in page.text
    assert 'href="#contact"' in page.text
    assert "press@example.gov" in page.text


def test_corrected_spelling_is_searched(client, found):
    similarity.update_due()
    page = client.get("/search/?q=notize")
    assert (
        "No results for “notize”. Showing results for "
        '<a href="?q=notice"><strong>notice</strong></a>.' in page.text
    )


def test_a_search_page_costs_at_most_three_queries(
    client, found, publish, django_assert_max_num_queries
):
    indexed_now(publish(title="Third Notice"))  # another spelling of a rare word would be sought
    client.get(
        "/search/?q=notice&year=2023"
    )  # the first in a minute asks when the next embargo lifts
    with django_assert_max_num_queries(3):
        client.get("/search/?q=notice&year=2023")


def examples(client) -> list[str]:
    links = re.findall(r'href="(/search/\?q=[^"]+)"><code>', client.get("/search/help/").text)
    return [unescape(link) for link in links]


@pytest.mark.django_db
def test_every_example_of_the_help_is_understood_whole(client):
    queries = [parse_qs(urlsplit(link).query)["q"][0] for link in examples(client)]
    assert len(queries) > 20
    assert [query for query in queries if parse(query).ignored or not parse(query).tree] == []


def test_every_example_of_the_help_answers(client, found):
    for link in examples(client):
        assert client.get(link).status_code == 200


def test_number_redirects_to_its_release(client, found):
    release = found[0]
    answer = client.get("/search/", {"q": release.number})
    assert answer.status_code == 302
    assert answer.headers["Location"] == release.get_absolute_url()


def test_page_past_the_last_links_back(client, publish):
    indexed_now(publish(title="Levee"))

    page = client.get("/search/?q=levee&page=99").text

    assert "There is no page 99" in page
    assert 'rel="prev" href="?q=levee&amp;page=1"' in page
    assert "Page 99" not in page


def test_filters_keep_the_query_and_the_other_filters():
    form = SearchForm(QueryDict("q=a%26b&language=en&from=2020-01-01&sort=newest"))
    facet = Facet("2020", "2020", 2)
    offered = form.offered(NamedFacets(years=(facet, facet)))
    assert [group.name for group in offered["groups"]] == ["year"]
    kept = {"q": "a&b", "language": "en", "from": "2020-01-01", "sort": "newest"}
    assert offered["filters_hidden"] == kept


def test_search_page_links_to_no_combination_of_filters(client, found):
    page = client.get("/search/?q=notice").text

    linked = re.findall(r'href="(?:/search/)?(\?[^"]*)"', page)
    assert linked == []


def test_frequent_spelling_of_a_rare_word_is_offered(client, publish):
    for title in ["Clinis Notice", *["Clinic Notice"] * 5]:
        indexed_now(publish(title=title))
    similarity.update_due()
    page = client.get("/search/?q=clinis")
    assert "<mark>Clinis</mark> Notice" in page.text
    offered = 'Did you mean <a href="?q=clinic"><strong>clinic</strong></a>? 5 releases'
    assert page.text.count('class="notice"') == 1
    assert offered in page.text


def test_almost_equal_releases_are_folded(client, publish):
    for title in ["One Clinic", "Another Clinic", "Clinic Three"]:
        indexed_now(publish(title=title))
    page = client.get("/search/?q=clinic")
    assert page.text.count('<article class="row">') == 1
    assert "<summary>2 similar</summary>" in page.text


def test_staff_see_why_results_have_their_rank(client, admin_client, found):
    page = admin_client.get("/search/?q=old+notice&explain=1")
    assert "Why results have their rank" in page.text
    assert "all in the title: notice old +30%" in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert "ETag" not in page
    public = client.get("/search/?q=old+notice&explain=1")
    assert "Why results" not in public.text
    assert public["Cache-Control"].startswith("public")


def test_staff_see_which_results_are_recommended_and_which_have_no_score(admin_client, found):
    number = Release.objects.earliest("pk").number
    publishing.save_pinned(PinnedResult(queries="notice", releases=number))
    page = admin_client.get("/search/?q=notice&explain=1")
    assert page.text.count("Recommended for this search") == 1
    newest = admin_client.get("/search/?q=notice&explain=1&sort=newest")
    assert "in order of date, newest first" in newest.text
    assert "<td>" not in newest.text


def test_ranking_is_told_in_both_languages(client, db):
    assert "10%, one a year older half of that" in client.get("/search/ranking/").text
    assert "Cómo se ordenan los resultados" in client.get("/es/search/ranking/").text
    assert 'href="/search/ranking/"' in client.get("/search/help/").text


def test_help_does_not_link_to_itself_below_its_search_box(client, db):
    box = re.compile(r'<form class="search-box".*?</form>', re.DOTALL)

    assert "/search/help/" in box.search(client.get("/search/").text)[0]
    for address in ("/search/help/", "/es/search/help/"):
        assert "/search/help/" not in box.search(client.get(address).text)[0]
