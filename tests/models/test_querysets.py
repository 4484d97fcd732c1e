"""`published` and `is_published` agree for every status and release time."""

import datetime

import pytest
from django.db import connection

from releases.models import Release

LIFT = datetime.datetime(2024, 5, 14, 16, 0, tzinfo=datetime.UTC)
BEFORE = LIFT - datetime.timedelta(seconds=1)
AFTER = LIFT + datetime.timedelta(days=365)

CASES = [
    # status, moment, published, on record
    ("draft", AFTER, False, False),
    ("in_review", AFTER, False, False),
    ("approved", BEFORE, False, False),
    ("approved", LIFT, True, True),
    ("approved", AFTER, True, True),
    ("withdrawn", BEFORE, False, False),
    ("withdrawn", LIFT, False, True),
    ("removed", BEFORE, False, False),
    ("removed", LIFT, False, True),
]


@pytest.mark.parametrize(("status", "at", "published", "on_record"), CASES)
def test_gate_and_twin_agree(make_release, status, at, published, on_record):
    release = make_release(
        status=status, release_at=LIFT, number="2024-0001", slug="a", status_reason="a reason"
    )

    assert Release.objects.published(at).exists() is published
    assert release.is_published(at) is published
    hidden = Release.objects.no_longer_approved() | Release.objects.embargoed(at)
    assert hidden.exists() is not published
    assert Release.objects.on_record(at).exists() is on_record


def test_gate_takes_now_by_default(publish, in_an_hour):
    public, embargoed = publish(), publish(release_at=in_an_hour)

    assert list(Release.objects.published()) == [public]
    assert public.is_published()
    assert not embargoed.is_published()


def test_embargo_is_an_approved_release_whose_moment_is_to_come(publish, make_release):
    release = publish(release_at=LIFT)

    assert release.is_embargoed(BEFORE)
    assert not release.is_embargoed(LIFT)
    assert not make_release().is_embargoed(BEFORE)


def test_order_is_total_where_moments_tie(publish):
    first, second, third = publish(), publish(), publish()

    assert list(Release.objects.newest_first()) == [third, second, first]


@pytest.mark.parametrize(
    ("period", "count"),
    [((2024,), 3), ((2024, 12), 2), ((2024, 12, 31), 1), ((2024, 2), 0), ((2024, 2, 30), 0)],
)
def test_dated_takes_year_month_and_day(make_release, period, count):
    for date in ("2024-11-30", "2024-12-01", "2024-12-31", "2025-01-01"):
        make_release(date=datetime.date.fromisoformat(date))

    assert Release.objects.dated(*period).count() == count


DOUBT = {"field": "date", "code": "ambiguous_date", "message": "“3/4/2012” can be two dates."}


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({}, False),
        ({"import_warnings": [DOUBT]}, True),
        ({"date": None}, True),
        ({"title": ""}, True),
        ({"import_warnings": [DOUBT], "status": "in_review"}, False),
    ],
)
def test_flagged_and_incomplete_drafts_need_attention(make_release, fields, needs):
    make_release(**fields)

    assert Release.objects.needing_attention().exists() == needs


def test_releases_needing_attention_are_counted_by_their_index(make_release):
    make_release(import_warnings=[DOUBT])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Release.objects.needing_attention().explain()

    assert "release_needs_attention" in plan
