"""A release's page stays in the cache until something that it shows changes."""

import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from releases import publishing
from releases.models import Office, PublicChange, Release, SearchChange, SimilarReleases, Topic
from releases.web.response_cache import state
from releases.web.response_cache.changes import CHANGES_QUERY, Changes, Shown
from releases.web.response_cache.store import responses
from tests.conftest import CHANGES, NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("new_log")]
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def releases(publish, monkeypatch):
    """Nine public releases an hour apart; one has a topic and is similar to the first."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    found = [publish(NOON - hours * HOUR, title=f"Release {hours}") for hours in range(9)]
    found[4].topics.add(Topic.objects.create(name="Water", slug="water"))
    SimilarReleases.objects.create(
        release=found[4], others=[found[0].pk], made_at=NOON, archive_size=9
    )
    return found


@pytest.fixture
def shown(releases):
    return releases[4]


def cached(address):
    return next((found for key, found in responses._entries.items() if address in key), None)


def is_cached(visitor, address):
    before = cached(address)
    visitor.get(address)
    return before is not None and cached(address) is before


def uncached(visitor, address):
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=x"}
    return visitor.get(address, headers=cookie).content


def addresses(release):
    return [release.get_absolute_url(), f"/api/v1/releases/{release.number}/"]


def publish_another(releases):
    publishing.approve(Release.objects.create(title="New", body="New.", date=NOON), NOON)


def correct_another(releases):
    Release.objects.filter(pk=releases[7].pk).update(title="Corrected")


def withdraw_another(releases):
    publishing.withdraw(releases[7], "It was wrong.")


def index_another(releases):
    SearchChange.objects.create(release=releases[7])
    SearchChange.objects.all().delete()


def rebuild_index(releases):
    PublicChange.record_for_lists()


def test_page_stays_while_another_release_changes(visitor, releases, shown):
    for change in (
        correct_another,
        index_another,
        rebuild_index,
        withdraw_another,
        publish_another,
    ):
        for address in addresses(shown):
            visitor.get(address)
        visitor.get("/releases/")

        change(releases)

        assert all(is_cached(visitor, address) for address in addresses(shown)), change
        assert not is_cached(visitor, "/releases/"), change


def rename_topic(releases):
    Topic.objects.update(name="Rivers")


def change_office(releases):
    publishing.save_office(Office(name="Elm County"))


def rename_next(releases):
    Release.objects.filter(pk=releases[3].pk).update(title="Renamed")


def withdraw_previous(releases):
    publishing.withdraw(releases[5], "It was wrong.")


def move_between(releases):
    Release.objects.filter(pk=releases[8].pk).update(release_at=NOON - 4.5 * HOUR)


def rename_similar(releases):
    Release.objects.filter(pk=releases[0].pk).update(title="Renamed")


def find_another_similar(releases):
    SimilarReleases.objects.update(others=[releases[1].pk])


def add_translation(releases):
    Release.objects.filter(pk=releases[8].pk).update(translation_of=releases[4], language="es")


def replace_another(releases):
    publishing.withdraw(releases[8], "It was wrong.", successor=releases[4])


OTHERS = [
    *(rename_topic, change_office, rename_next, withdraw_previous, move_between),
    *(rename_similar, find_another_similar, add_translation, replace_another),
]


def test_page_follows_what_else_it_shows(visitor, releases, shown):
    for change in OTHERS:
        before = [visitor.get(address).content for address in addresses(shown)]

        change(releases)

        after = [visitor.get(address).content for address in addresses(shown)]
        assert after[0] != before[0], change
        assert after == [uncached(visitor, address) for address in addresses(shown)], change


def test_page_follows_a_release_that_changes_to_its_language(visitor, releases, shown):
    nearer = Release.objects.filter(pk=releases[3].pk)
    nearer.update(language="es")
    assert "Release 2" in visitor.get(shown.get_absolute_url()).text

    nearer.update(language="en")

    assert "Release 3" in visitor.get(shown.get_absolute_url()).text


def test_page_follows_each_change_of_its_release(visitor, publish):
    for change in CHANGES:
        release = publish()
        for address in addresses(release):
            visitor.get(address)

        change(release)

        for address in addresses(release):
            assert visitor.get(address).content == uncached(visitor, address), change


def test_api_of_a_withdrawn_release_follows_its_successor(visitor, releases):
    old, new = releases[6], releases[2]
    publishing.withdraw(old, "It was wrong.", successor=new)
    publishing.withdraw(new, "It was wrong, too.")
    address = f"/api/v1/releases/{old.number}/"
    assert visitor.get(address).status_code == 200

    publishing.reinstate(new, "It was right.")

    assert visitor.get(address).status_code == 302


def test_page_of_the_newest_release_links_to_one_published_after_it(visitor, releases):
    address = releases[0].get_absolute_url()
    visitor.get(address)

    publish_another(releases)

    assert b"New" in visitor.get(address).content


def test_page_shows_its_neighbor_at_the_lift_of_an_embargo(visitor, releases, monkeypatch):
    address = releases[0].get_absolute_url()
    draft = Release.objects.create(title="At its moment", body="New.", date=NOON)
    visitor.get(address)
    publishing.approve(draft, NOON + HOUR)
    assert b"At its moment" not in visitor.get(address).content

    monkeypatch.setattr(timezone, "now", lambda: NOON + HOUR)

    assert b"At its moment" in visitor.get(address).content


def embargoed(**fields):
    draft = Release.objects.create(title="At its moment", body="New.", date=NOON, **fields)
    return publishing.approve(draft, NOON + HOUR)


def test_page_shows_its_translation_at_the_lift_of_an_embargo(
    visitor, releases, shown, monkeypatch
):
    embargoed(translation_of=shown, language="es")
    before = [visitor.get(address).content for address in addresses(shown)]
    monkeypatch.setattr(timezone, "now", lambda: NOON + HOUR)

    after = [visitor.get(address).content for address in addresses(shown)]

    assert before[0] != after[0]
    assert after == [uncached(visitor, address) for address in addresses(shown)]


def test_page_shows_a_similar_release_at_the_lift_of_an_embargo(
    visitor, releases, shown, monkeypatch
):
    SimilarReleases.objects.update(others=[embargoed().pk])
    assert b"At its moment" not in visitor.get(shown.get_absolute_url()).content

    monkeypatch.setattr(timezone, "now", lambda: NOON + HOUR)

    assert b"At its moment" in visitor.get(shown.get_absolute_url()).content


@pytest.mark.parametrize("later", [NOON + HOUR, NOON + 30 * HOUR])
def test_page_stays_at_lifts_and_midnights_that_it_does_not_show(
    visitor, releases, shown, monkeypatch, later
):
    embargoed()
    everything = [*addresses(shown), "/releases/"]
    for address in everything:
        visitor.get(address)

    monkeypatch.setattr(timezone, "now", lambda: later)

    assert [is_cached(visitor, address) for address in everything] == [True, True, False]


def test_more_lifts_than_are_looked_at_end_the_validity_of_pages(
    visitor, releases, shown, monkeypatch
):
    monkeypatch.setattr(state, "MAX_LIFTS", 1)
    embargoed()
    address = shown.get_absolute_url()
    visitor.get(address)
    monkeypatch.setattr(timezone, "now", lambda: NOON + HOUR)
    assert not is_cached(visitor, address)


def test_page_cached_while_an_embargo_is_set_ends_at_its_lift(visitor, releases, monkeypatch):
    address, read_changes, approved = releases[0].get_absolute_url(), state._changes, []

    def read_after_an_approval(snapshot):
        if not approved:
            approved.append(embargoed())
        return read_changes(snapshot)

    monkeypatch.setattr(state, "_changes", read_after_an_approval)
    visitor.get(address)
    monkeypatch.setattr(timezone, "now", lambda: NOON + 60 * HOUR)

    assert visitor.get(address).content == uncached(visitor, address)


def test_page_shows_what_it_replaces_after_the_clock_was_set_back(visitor, releases, monkeypatch):
    publishing.withdraw(releases[2], "Wrong.", successor=releases[5])
    address = releases[5].get_absolute_url()
    monkeypatch.setattr(timezone, "now", lambda: NOON - 2.5 * HOUR)
    visitor.get(address)
    monkeypatch.setattr(timezone, "now", lambda: NOON)

    assert visitor.get(address).content == uncached(visitor, address)


def test_changes_of_a_page_never_repeat_when_old_rows_are_deleted():
    digests = set()
    with connection.cursor() as cursor:
        for start in (505, 1020, 1530):  # old rows are deleted at multiples of 512
            cursor.execute("SELECT setval('releases_publicchange_id_seq', %s)", [start])
            for _ in range(8):
                cursor.execute("SELECT releases_record_change_of('{1}', NULL)")
                cursor.execute(CHANGES_QUERY)
                digests.add(Changes(cursor.fetchall(), "").digest(Shown((1,))))
    assert len(digests) == 24
    assert PublicChange.objects.count() == 13


@pytest.mark.parametrize("shown", [Shown((3, 4)), Shown((3,), NOON, NOON + HOUR)])
def test_what_is_shown_can_be_stored(shown):
    assert Shown.from_json(shown.as_json()) == shown
