"""Lists and archives contain the public releases in one total order."""

import datetime

import pytest
from django.utils.html import escape

from releases import publishing
from releases.models import Release
from releases.search import worker
from releases.web.forms import PAGE_SIZE


@pytest.fixture
def many(publish):
    return [publish(title=f"Release of rank {rank:02d}") for rank in range(PAGE_SIZE + 1)]


@pytest.mark.parametrize("address", ["/", "/releases/", "/releases/2024/", "/releases/2024/05/"])
def test_embargoed_release_is_in_no_list(client, publish, in_an_hour, address):
    publish(title="Public Matter")
    publish(title="Sealed Matter", release_at=in_an_hour)

    page = client.get(address)

    assert "Public Matter" in page.text
    assert "Sealed Matter" not in page.text


def test_pages_list_every_release_once(client, many):
    first, second = client.get("/releases/"), client.get("/releases/?page=2")

    assert "Release of rank 00" not in first.text
    assert "Release of rank 00" in second.text
    assert (first.text + second.text).count('<article class="row">') == len(many)


def test_rows_name_a_language_that_is_not_the_pages(client, publish):
    publish(title="Rivers", language="en-US")
    publish(title="Ríos", language="es")

    assert client.get("/releases/").text.count("</time> <span>Spanish</span></p>") == 1
    assert "<span>Inglés</span></p>" in client.get("/es/releases/").text
    assert "<span>Spanish" not in client.get("/es/releases/").text


@pytest.mark.parametrize("address", ["/es/releases/", "/es/releases/2024/05/", "/es/"])
def test_list_in_another_language_names_it_once(client, publish, address):
    for title in ("Rivers", "Lakes", "Seas"):
        publish(title=title)

    page = client.get(address).text

    assert page.count("Idioma de estos comunicados: Inglés") == 1
    assert "<span>Inglés</span>" not in page
    assert ' lang="en" dir="ltr"><a href="/es/releases/' in page


def test_list_mostly_in_another_language_names_the_others(client, publish):
    for title, language in (("Rivers", "en"), ("Lakes", "en-US"), ("Ríos", "es")):
        publish(title=title, language=language)

    page = client.get("/es/releases/").text

    assert "Idioma de la mayoría de estos comunicados: Inglés" in page
    assert page.count("<span>Español</span></p>") == 1
    assert "<span>Inglés" not in page
    assert "Language of" not in client.get("/releases/").text


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "1000000000", "9" * 5000, "\0", "²"])
def test_missing_page_number_is_named_and_the_first_shown(client, many, page):
    answer = client.get("/releases/", {"page": page})

    assert answer.status_code == 200
    assert "There is no page" in answer.text or "is not a valid page" in answer.text
    assert "Release of rank 20" in answer.text


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/releases/2012/", True),
        ("/releases/2012/09/", True),
        ("/releases/2012/09/21/", True),
        ("/releases/2012/09/22/", False),
        ("/releases/2012/10/", False),
        ("/releases/2013/", False),
        ("/releases/2012/13/", False),
        ("/releases/2012/00/", False),
        ("/releases/2012/09/00/", False),
        ("/releases/2012/02/30/", False),
        ("/releases/0000/", False),
        ("/releases/9999/", False),
        ("/releases/2012/9/", False),
    ],
)
def test_archive_exists_for_dates_with_releases(client, publish, address, there):
    publish(date=datetime.date(2012, 9, 21))

    assert client.get(address).status_code == (200 if there else 404)


def test_empty_list_links_to_no_year(client, publish):
    publish()

    assert 'href="/releases/2024/"' in client.get("/releases/?year=2024").text
    assert 'href="/releases/1950/"' not in client.get("/releases/?year=1950").text


def test_archive_of_year_9999_works(client, make_release):
    draft = make_release(date=datetime.date(9999, 12, 31))
    publishing.approve(draft, draft.updated_at, confirmed=True)

    assert client.get("/releases/9999/12/31/").status_code == 200
    assert client.get("/releases/9999/12/").status_code == 200


def test_list_costs_at_most_five_queries(client, many, django_assert_max_num_queries):
    client.get("/releases/")  # the first in a minute asks for the next lift
    with django_assert_max_num_queries(5):
        client.get("/releases/")


def test_archive_costs_at_most_five_queries(client, many, django_assert_max_num_queries):
    client.get("/releases/2024/05/")  # the first in a minute asks for the next lift
    with django_assert_max_num_queries(5):
        client.get("/releases/2024/05/")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("topic=water", {"Agua", "Rivers"}),
        ("topic=water&year=2023", {"Agua"}),
        ("language=es", {"Agua"}),
        ("language=en", {"Rivers", "Unfiled"}),
        ("year=2024", {"Rivers", "Unfiled"}),
        ("topic=none", set()),
        ("year=x", {"Agua", "Rivers", "Unfiled"}),
    ],
)
def test_filters_narrow_the_list(client, filed, query, titles):
    page = client.get(f"/releases/?{query}")
    assert {t for t in ("Agua", "Rivers", "Unfiled") if f">{t}</a>" in page.text} == titles
    assert f"{len(titles)} release{'' if len(titles) == 1 else 's'}, newest first" in page.text


def test_list_counts_include_public_releases_only(client, filed, publish, in_an_hour):
    publish(release_at=in_an_hour, date=datetime.date(2023, 3, 1)).topics.add(filed)
    page = client.get("/releases/")
    assert 'name="topic"' not in page.text  # the only topic narrows nothing
    assert 'name="year" value="2023">2023</button> <span class="muted">1<' in page.text
    assert '<button class="link" name="language" value="es-mx">' in page.text.lower()


@pytest.mark.parametrize(
    "address", ["/", "/topics/water/", "/topics/", "/search/?q=rivers", "/search/"]
)
def test_other_lists_cost_at_most_five_queries(
    client, filed, address, django_assert_max_num_queries
):
    worker.sync()
    client.get("/about/accessibility/")  # the first in a minute asks when the next embargo lifts

    with django_assert_max_num_queries(5):
        client.get(address)


def test_narrowed_list_costs_at_most_five_queries(client, filed, django_assert_max_num_queries):
    client.get(
        "/releases/?topic=water&year=2023&language=es"
    )  # the first in a minute asks when the next embargo lifts
    with django_assert_max_num_queries(5):
        client.get("/releases/?topic=water&year=2023&language=es")


@pytest.mark.parametrize(
    ("body", "lead"),
    [
        ("Click HERE for video.\n\nThe county opened an office.", "The county opened an office."),
        ("The Title!\n\nThe county opened an office.", "The county opened an office."),
        ("***Media Advisory***\n\n202-494-4620\n\nOn Friday.", "On Friday."),
        ("word " * 60, f"{'word ' * 21}word\u00a0…"),
    ],
)
def test_lead_is_the_first_paragraph_that_tells_something(client, publish, body, lead):
    publish(title="The Title", body=body)
    publish()  # on the home page, the first has no row

    assert f'dir="ltr">{lead}</p>' in client.get("/releases/").text


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/releases/2024/", "year=2024"),
        ("/releases/2024/05/", "year=2024"),
        ("/releases/2024/05/14/", "year=2024"),
    ],
)
def test_archive_has_a_feed_and_a_download_of_its_year(client, publish, address, query):
    publish(title="Of That Day")
    publish(title="Of Another", date=datetime.date(2025, 5, 14))

    page = client.get(address).text

    assert f'href="/feeds/releases.atom?{escape(query)}"' in page
    assert f'href="/api/v1/releases.csv?{escape(query)}"' in page
    feed = client.get(f"/feeds/releases.atom?{query}").text
    assert "Of That Day" in feed
    assert "Of Another" not in feed


def test_topic_page_has_its_filters_in_a_form_without_links_to_each(client, filed):
    page = client.get("/topics/water/?sort=oldest").text

    assert 'name="year" value="2023">2023</button> <span class="muted">1<' in page
    assert '<input type="hidden" name="sort" value="oldest">' in page
    assert 'href="?year' not in page


def test_list_of_all_releases_links_to_the_pages_of_topics(client, filed):
    Release.objects.get(title="Rivers").topics.create(name="Dams", slug="dams")

    assert '<a href="/topics/dams/">Dams</a>' in client.get("/releases/").text
