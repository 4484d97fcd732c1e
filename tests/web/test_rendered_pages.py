"""A stored page is served only while a new one would be the same."""

import datetime
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from releases import publishing
from releases.models import Office, Release, RenderedPage, SimilarReleases, Topic
from releases.web import rendered_pages
from releases.web.response_cache.store import responses
from tests.conftest import CHANGES, NOON

pytestmark = pytest.mark.django_db(transaction=True)
# Tables with triggers that record the changes of a release's parts.
PARTS_QUERY = """
    SELECT substring(relation.relname FROM 'releases_(.*)')
    FROM pg_trigger JOIN pg_class relation ON relation.oid = tgrelid
    JOIN pg_proc called ON called.oid = tgfoid
    WHERE proname = 'releases_part_is_public_change' AND tgname = 'public_insert'
"""


@pytest.fixture
def read(visitor):
    """Return a function that requests an address past the response cache."""

    def get(address):
        responses.clear()
        return visitor.get(address)

    return get


@pytest.fixture
def clock(monkeypatch):
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def fresh(read, address):
    """Return the page as rendered without any stored one."""
    RenderedPage.objects.all().delete()
    content = read(address).content
    RenderedPage.objects.all().delete()
    return content


def let_pass(minutes):
    RenderedPage.objects.update(made_at=timezone.now() - datetime.timedelta(minutes=minutes))


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_page_that_was_rendered_once_takes_two_queries_and_the_state(
    publish, read, prefix, django_assert_num_queries
):
    address = prefix + publish().get_absolute_url()
    made = read(address)

    responses.clear()
    with django_assert_num_queries(3):
        again = read(address)

    assert again.content == made.content
    assert again.headers["ETag"] == made.headers["ETag"]
    assert again.headers["Vary"] == made.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("change", CHANGES)
def test_page_follows_each_change_of_its_release(publish, read, change):
    release = publish()
    address = release.get_absolute_url()
    read(address)

    change(release)
    shown = read(address)

    assert shown.status_code == read(address).status_code
    RenderedPage.objects.all().delete()
    assert read(address).content == shown.content


def rename_topic(release):
    Topic.objects.update(name="Rivers")


def change_office(release):
    publishing.save_office(Office(name="Elm County"))


def publish_next(release):
    Release.objects.exclude(pk=release.pk).filter(title="Later").update(
        release_at=timezone.now() - datetime.timedelta(minutes=1)
    )


def rename_similar(release):
    Release.objects.filter(title="Similar").update(title="Renamed")


def find_another_similar(release):
    SimilarReleases.objects.filter(release=release).update(others=[])


@pytest.mark.parametrize(
    "change", [rename_topic, change_office, publish_next, rename_similar, find_another_similar]
)
def test_page_follows_what_else_it_shows(publish, read, change):
    similar = publish(title="Similar")
    publish(title="Later", release_at=timezone.now() + datetime.timedelta(days=1))
    release = publish()
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    SimilarReleases.objects.create(
        release=release, others=[similar.pk], made_at=timezone.now(), archive_size=3
    )
    address = release.get_absolute_url()
    before = read(address).content

    change(release)
    after = read(address).content

    assert after != before
    assert after == fresh(read, address)


def test_page_shows_the_next_release_at_its_lift(publish, read, clock):
    clock(NOON)
    release = publish()
    publish(title="Later", release_at=NOON + datetime.timedelta(hours=2))
    address = release.get_absolute_url()
    assert b"Later" not in read(address).content

    clock(NOON + datetime.timedelta(hours=2))
    assert b"Later" in read(address).content
    clock(NOON + datetime.timedelta(hours=2, seconds=-1))
    assert b"Later" not in read(address).content


def test_page_of_no_public_release_is_not_stored(publish, read):
    read(publish(release_at=timezone.now() + datetime.timedelta(days=1)).get_absolute_url())
    withdrawn = publish(title="Another")
    publishing.withdraw(withdrawn, "It was wrong.")
    read(withdrawn.get_absolute_url())
    assert not RenderedPage.objects.exists()


def test_page_of_a_removed_release_is_forgotten(publish, read):
    release = publish()
    read(release.get_absolute_url())
    assert RenderedPage.objects.exists()

    with connection.cursor() as cursor:  # the other tests run without triggers
        cursor.execute("ALTER TABLE releases_release ENABLE TRIGGER rendered_pages_are_forgotten")
    publishing.remove(release, "It named a minor.")

    assert not RenderedPage.objects.exists()


def test_stored_page_is_served_only_under_its_permalink(publish, read):
    release = publish()
    read(release.get_absolute_url())
    assert read(f"/releases/{release.number}/other/").status_code == 301
    assert read(release.get_absolute_url() + "?x=1").status_code == 200
    assert RenderedPage.objects.count() == 1


def test_rendition_is_negotiated_in_place_of_a_stored_page(publish, visitor):
    release = publish()
    visitor.get(release.get_absolute_url())
    shown = visitor.get(release.get_absolute_url(), headers={"Accept": "text/plain"})
    assert shown["Content-Type"].startswith("text/plain")


@override_settings(ALLOWED_HOSTS=["*"])
def test_hosts_do_not_overwrite_the_pages_of_each_other_all_the_time(publish, visitor):
    address = publish().get_absolute_url()

    def keys():
        return list(RenderedPage.objects.values_list("key", flat=True))

    first = visitor.get(address, headers={"Host": "one.example"}).content
    stored = keys()
    other = visitor.get(address, headers={"Host": "two.example"}).content
    assert b"http://two.example/" in other
    assert other != first
    assert keys() == stored

    let_pass(minutes=2)
    responses.clear()
    visitor.get(address, headers={"Host": "two.example"})
    assert keys() != stored


def test_new_version_of_the_program_renders_pages_again(publish, read, monkeypatch):
    address = publish().get_absolute_url()
    read(address)
    RenderedPage.objects.update(html="old")
    assert read(address).content == b"old"

    monkeypatch.setattr(rendered_pages, "source_hash", lambda: "new")
    assert read(address).content != b"old"


def test_page_is_served_while_it_cannot_be_stored(publish, read):
    address = publish().get_absolute_url()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE releases_renderedpage RENAME COLUMN made_at TO made")
        cursor.execute("ALTER TABLE releases_renderedpage ADD made_at timestamptz")
    try:
        assert read(address).status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE releases_renderedpage DROP made_at")
            cursor.execute("ALTER TABLE releases_renderedpage RENAME COLUMN made TO made_at")


def test_each_part_of_a_release_is_in_the_key():
    with connection.cursor() as cursor:
        cursor.execute(PARTS_QUERY)
        watched = {name for (name,) in cursor.fetchall()}
    compared = {part._meta.model_name for part in rendered_pages.PARTS}
    # Compared as values; no page shows a section but its version's, nor an earlier address.
    assert watched == compared | {"release_topics", "likeness", "section", "legacyurl"}


def test_page_stored_by_another_database_server_is_not_served(publish, rf):
    release = publish()
    at = timezone.now()
    found = rendered_pages.find(rf.get("/"), release.number, release.slug, at)

    found.release.server = "restored from a dump"
    assert rendered_pages._key(rf.get("/"), found.release, (), "en") != found.key


def test_page_in_another_time_zone_is_another(publish, rf, settings):
    release = publish()
    at = timezone.now()
    found = rendered_pages.find(rf.get("/"), release.number, release.slug, at)

    settings.TIME_ZONE = "Pacific/Kiritimati"
    assert rendered_pages._key(rf.get("/"), found.release, (), "en") != found.key


@pytest.mark.parametrize("change", CHANGES)
def test_page_of_a_release_changed_meanwhile_is_not_stored(publish, rf, change):
    release = publish()
    found = rendered_pages.find(rf.get("/"), release.number, release.slug, timezone.now())

    change(release)
    rendered_pages.store(found, "<html>")

    assert not RenderedPage.objects.exists()


def test_page_of_a_release_that_is_being_changed_is_not_stored(publish, rf):
    release = publish()
    found = rendered_pages.find(rf.get("/"), release.number, release.slug, timezone.now())
    change = "UPDATE releases_release SET title = title WHERE id = %s"
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute(change, [release.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")  # fails the transaction
            rendered_pages.store(found, "<html>")
            assert not RenderedPage.objects.exists()
        other.rollback()

    rendered_pages.store(found, "<html>")
    assert RenderedPage.objects.exists()


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_page_that_is_rendered_and_stored_takes_four_queries_and_the_state(
    publish, read, prefix, django_assert_num_queries
):
    read(publish(title="Another").get_absolute_url())
    address = prefix + publish().get_absolute_url()

    with django_assert_num_queries(8):  # of them four for the state, its changes and its lifts
        read(address)

    assert RenderedPage.objects.filter(language=prefix[1:] or "en").exists()
