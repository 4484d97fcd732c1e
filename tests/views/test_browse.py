"""Home, list and date archives hold what is public, in one total order."""

import datetime

import pytest

from releases.forms import PAGE_SIZE


@pytest.fixture
def many(publish):
    return [publish(title=f"Release of rank {rank:02d}") for rank in range(PAGE_SIZE + 1)]


def test_home_shows_latest_search_and_press_contact(client, publish):
    release = publish()

    page = client.get("/")

    assert release.get_absolute_url() in page.text
    assert 'role="search"' in page.text
    assert "press@example.gov" in page.text


@pytest.mark.parametrize("address", ["/", "/releases/", "/releases/2024/", "/releases/2024/05/"])
def test_embargoed_release_is_in_no_list(client, publish, in_an_hour, address):
    publish(title="Public Matter")
    publish(title="Sealed Matter", release_at=in_an_hour)

    page = client.get(address)

    assert "Public Matter" in page.text
    assert "Sealed Matter" not in page.text


def test_pages_hold_every_release_once(client, many):
    first, second = client.get("/releases/"), client.get("/releases/?page=2")

    assert "Release of rank 00" not in first.text
    assert "Release of rank 00" in second.text
    assert (first.text + second.text).count('<article class="card">') == len(many)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "1000000000", "9" * 5000, "\0", "²"])
def test_page_that_is_not_there_is_named_and_the_first_is_shown(client, many, page):
    answer = client.get("/releases/", {"page": page})

    assert answer.status_code == 200
    assert "There is no page" in answer.text
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
        ("/releases/2012/02/30/", False),
        ("/releases/0000/", False),
        ("/releases/9999/", False),
        ("/releases/2012/9/", False),
    ],
)
def test_archive_is_there_for_dates_with_releases(client, publish, address, there):
    publish(date=datetime.date(2012, 9, 21))

    assert client.get(address).status_code == (200 if there else 404)


def test_archive_of_the_last_year_there_is(client, publish):
    publish(date=datetime.date(9999, 12, 31))

    assert client.get("/releases/9999/12/31/").status_code == 200
    assert client.get("/releases/9999/12/").status_code == 200


def test_list_costs_at_most_five_queries(client, many, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get("/releases/")


def test_archive_costs_at_most_five_queries(client, many, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get("/releases/2024/05/")
