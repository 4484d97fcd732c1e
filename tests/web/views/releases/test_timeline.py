"""Timeline: public releases per year and month."""

import datetime
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases.web import timeline


def test_timeline_counts_public_releases_by_printed_date(client, publish, in_an_hour):
    for month in (2, 9, 9):
        publish(date=datetime.date(2012, month, 21))
    publish(date=datetime.date(2014, 5, 14))
    publish(date=datetime.date(2014, 6, 1), release_at=in_an_hour)

    page = client.get("/releases/timeline/").text

    assert '<a href="/releases/2012/">2012</a></th>' in page
    assert 'aria-label="September 2012: 2">2</a>' in page
    assert 'href="/releases/2014/05/"' in page
    assert "/releases/2014/06/" not in page
    assert page.count('<rect width="33"') == 1  # a third of the longest bar
    assert "<span>2013</span></th>" in page  # no gap in the chart, and no link to an empty list
    assert "year=2013" not in page
    assert ">2013</th>" not in page  # nor a row without months


def test_months_are_shaded_by_the_longest_of_all_years(client, publish):
    for year, count in ((2012, 4), (2013, 1)):
        for _ in range(count):
            publish(date=datetime.date(year, 9, 21))

    page = client.get("/releases/timeline/").text

    assert 'class="shade-4" href="/releases/2012/09/"' in page
    assert 'class="shade-1" href="/releases/2013/09/"' in page


def test_timeline_costs_at_most_three_queries(client, publish, django_assert_max_num_queries):
    publish()
    client.get("/releases/timeline/")  # the first in a minute asks for the next lift

    with django_assert_max_num_queries(3):
        client.get("/releases/timeline/")


def test_empty_archive_has_an_empty_timeline(client, db):
    assert "No releases yet." in client.get("/releases/timeline/").text


def test_year_shows_its_months_as_bars(client, publish):
    publish(date=datetime.date(2012, 9, 21))

    page = client.get("/releases/2012/").text

    assert '<a href="/releases/2012/09/">September</a>' in page
    assert '<rect width="100"' in page
    assert "<span>October</span>" in page


def test_longest_bar_is_full():
    bars = timeline.months_of(2012, [(2012, 1, 3), (2012, 2, 12), (2013, 1, 50)])

    assert [bar.percent for bar in bars] == [25, 100, *[0] * 10]


def test_wrong_year_makes_no_chart_of_a_thousand_bars():
    assert len(timeline.years([(202, 5, 1), (2012, 5, 1)])) == 2


def test_current_year_has_no_bars_of_coming_months(client, publish, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2024, 6, 15))
    publish(date=datetime.date(2024, 5, 14))

    page = client.get("/releases/2024/").text

    assert "<span>June</span>" in page
    assert "July" not in page


def test_day_is_marked_in_the_calendar_of_its_month(client, publish):
    for day in (3, 21):
        publish(date=datetime.date(2012, 9, day))

    page = client.get("/releases/2012/09/21/").text

    assert re.findall(r'href="/releases/2012/09/(\d+)/"( aria-current)?', page) == [
        ("03", ""),
        ("21", " aria-current"),
    ]


def test_month_has_a_calendar_that_links_its_days_with_releases(client, publish):
    publish(date=datetime.date(2024, 5, 14))

    page, in_spanish = (client.get(f"{path}/releases/2024/05/").text for path in ("", "/es"))

    assert '<a href="/releases/2024/05/14/" aria-label="May 14: 1">14</a>' in page
    assert "<td>15</td>" in page
    assert page.index(">Sun<") < page.index(">Mon<")
    assert in_spanish.index(">lun<") < in_spanish.index(">dom<")


@pytest.mark.django_db(transaction=True)
def test_year_is_not_counted_twice_while_public_releases_stay(client, publish):
    publish(date=datetime.date(2012, 9, 21))
    client.get("/releases/2012/")

    with CaptureQueriesContext(connection) as queries:
        assert "1 release" in client.get("/releases/2012/?page=1").text
    assert not [each for each in queries.captured_queries if "COUNT(" in each["sql"]]

    publish(date=datetime.date(2012, 10, 1))
    assert "2 releases" in client.get("/releases/2012/?page=1").text


@pytest.mark.django_db(transaction=True)
def test_years_without_releases_displace_no_counts(client, publish):
    publish(date=datetime.date(2012, 9, 21))
    client.get("/releases/2012/")
    kept = [*caches["shared"]._cache]

    for year in range(1000, 1003):
        assert client.get(f"/releases/{year}/").status_code == 404

    assert [*caches["shared"]._cache] == kept
    assert kept


@pytest.mark.parametrize("date", ["2012/09", "2012/09/21"])
def test_days_of_a_month_are_counted_once(client, publish, date):
    publish(date=datetime.date(2012, 9, 21))

    with CaptureQueriesContext(connection) as queries:
        assert "1 release" in client.get(f"/releases/{date}/").text

    assert len([each for each in queries.captured_queries if "COUNT(" in each["sql"]]) == 1
