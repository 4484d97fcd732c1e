"""Counts of public releases are right after each change, and made of what has changed."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases import publishing
from releases.models import PublicChange, Release, Topic
from releases.search import facets
from releases.web import public_counts
from releases.web.response_cache import attach_state
from tests.conftest import CHANGES, NOON

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = datetime.timedelta(days=365)


@pytest.fixture
def clock(monkeypatch):
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def count(rf):
    """Return a function that counts as a view does, and compares with all releases."""

    def counted():
        request = rf.get("/")
        assert attach_state(request, timezone.now())
        found = facets.from_rows(public_counts.count(request))
        wanted = facets.from_rows(facets.count_rows(Release.objects.published(timezone.now())))
        assert found == wanted
        return found

    return counted


def set_language(release):
    Release.objects.filter(pk=release.pk).update(language="es")


def set_date(release):
    Release.objects.filter(pk=release.pk).update(date=datetime.date(2001, 1, 1))


def rename_topic(release):
    Topic.objects.filter(releases=release).update(name="Rivers")


def change_many(release):
    Release.objects.update(language="fr")


@pytest.mark.parametrize(
    "change", [*CHANGES, set_language, set_date, rename_topic, change_many, lambda release: None]
)
def test_counts_follow_each_change(publish, count, change):
    air = Topic.objects.create(name="Air", slug="air")
    releases = [publish(NOON - years * YEAR, title=f"Number {years}") for years in range(4)]
    for release in releases:
        release.topics.add(air)
    count()

    change(releases[2])
    count()
    publish(timezone.now(), title="Another")

    assert sum(count().languages.values()) >= 4


def test_embargoed_release_is_counted_from_its_lift_on(publish, count, clock):
    clock(NOON)
    publish(NOON - YEAR)
    later = publish(NOON + YEAR, title="Later", date=datetime.date(2025, 5, 14))
    assert 2025 not in count().years

    clock(NOON + YEAR)
    assert count().years[2025] == 1
    clock(NOON)
    assert 2025 not in count().years
    clock(NOON + 2 * YEAR)
    publishing.withdraw(later, "It was wrong.")
    assert 2025 not in count().years


def test_all_is_counted_after_a_count_without_any_change_in_the_log(publish, count):
    PublicChange.objects.all().delete()
    assert not count().years

    publish(NOON - YEAR)
    PublicChange.objects.all().delete()  # as if loaded without triggers
    publish(timezone.now(), title="Today")

    assert sum(count().years.values()) == 2


def test_release_published_today_makes_no_other_quarter_counted_again(publish, count, rf):
    publish(NOON - YEAR)
    count()
    publish(timezone.now(), title="Today")
    request = rf.get("/")
    attach_state(request, timezone.now())

    with CaptureQueriesContext(connection) as queries:
        public_counts.count(request)

    groups = [each["sql"] for each in queries if "GROUP BY" in each["sql"]]
    assert len(groups) == 3
    assert all('"release_at" >= ' in sql for sql in groups)
