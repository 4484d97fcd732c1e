"""Ids of feeds and entries do not change with the settings."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from pressroom.infra.site_identity import SITE, feed_authority_by_settings
from releases import archive
from releases.models import FeedAuthority
from tests.conftest import PROJECT

KINDS = ["atom", "rss", "json"]


IN_IDS = re.compile(r"tag:([^,]+),2026:release/|<id>https://([^/]+)/feeds/")


def ids(client, kind):
    """Return the authority names in the feed's ids."""
    feed = client.get(f"/feeds/releases.{kind}", headers={"Host": "localhost"}).content.decode()
    return {found[1] or found[2] for found in IN_IDS.finditer(feed)}


@pytest.fixture
def first_host(settings):
    """Settings of a site before its first release."""
    settings.ALLOWED_HOSTS = ["first.example", "localhost"]


@pytest.fixture
def moved(settings):
    """Return a function that moves the site to another host."""

    def move():
        settings.ALLOWED_HOSTS = ["second.example", "localhost"]
        settings.SITE_ORIGIN = "https://second.example"
        settings.FEED_ID_AUTHORITY = "second.example"

    return move


@pytest.mark.parametrize("kind", KINDS)
def test_ids_stay_when_the_hosts_change(
    client, first_host, publish, moved, forget_feed_authority, kind
):
    publish()
    before = ids(client, kind)
    moved()
    publish()
    forget_feed_authority()  # as a process that starts with the new settings

    assert ids(client, kind) == before == {"first.example"}


def test_imported_release_settles_the_ids(db, first_host, moved):
    call_command("import_releases", str(PROJECT / "fixtures" / "harris-morales-accord.txt"))
    moved()

    assert FeedAuthority.current() == "first.example"


def test_draft_settles_no_ids(first_host, make_release, moved):
    make_release()
    moved()

    assert FeedAuthority.current() == "second.example"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "localhost"),
        ({"ALLOWED_HOSTS": [".press.example.gov"]}, "press.example.gov"),
        ({"ALLOWED_HOSTS": ["*"]}, "localhost"),
        ({"ALLOWED_HOSTS": ["[::1]"]}, "localhost"),
        ({"SITE_ORIGIN": "https://press.example.gov:8443"}, "press.example.gov"),
        ({"SITE_ORIGIN": "https://a.example", "FEED_ID_AUTHORITY": "b.example"}, "b.example"),
    ],
)
def test_authority_is_the_setting_else_the_origin_else_the_first_host(settings, given, expected):
    for name, value in given.items():
        setattr(settings, name, value)

    assert feed_authority_by_settings() == expected


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE releases_feedauthority SET name = 'second.example'",
        "DELETE FROM releases_feedauthority",
        "INSERT INTO releases_feedauthority VALUES (2, 'second.example')",
    ],
)
def test_database_refuses_another_authority(publish, sql):
    publish()

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(sql)


def test_second_writer_changes_nothing(db, first_host, moved):
    FeedAuthority.store()
    moved()
    FeedAuthority.store()

    assert FeedAuthority.stored() == "first.example"


def test_process_queries_the_database_once(publish, django_assert_num_queries):
    publish()
    FeedAuthority.current()

    with django_assert_num_queries(0):
        FeedAuthority.current()


def test_rolled_back_approval_settles_nothing(make_release, publish, first_host, moved):
    with transaction.atomic():
        publish()
        transaction.set_rollback(True)
    moved()

    assert FeedAuthority.current() == "second.example"


@pytest.mark.parametrize(("number", "stored"), [("2024-0001", "first.example"), (None, "")])
def test_migration_stores_the_name_in_use(first_host, make_release, number, stored):
    make_release(number=number)

    import_module("releases.migrations.0024_feed_authority").store_name_in_use(apps, None)

    assert FeedAuthority.stored() == stored


def test_restored_archive_keeps_its_ids(
    client, transactional_db, first_host, publish, moved, forget_feed_authority, tmp_path
):
    publish()
    archive.export(tmp_path / "out")
    call_command("flush", interactive=False, verbosity=0)
    forget_feed_authority()
    moved()
    archive.restore(tmp_path / "out")

    assert ids(client, "atom") == {"first.example"}


def warnings():
    """Return the deployment checks about the site's identity, by id."""
    found = run_checks(tags=[SITE], include_deployment_checks=True, databases=["default"])
    return {warning.id: f"{warning.msg} {warning.hint}" for warning in found}


def test_setting_differing_from_the_stored_authority_is_reported(first_host, publish, moved):
    publish()
    moved()

    told = warnings()["releases.W002"]
    assert "FEED_ID_AUTHORITY is 'second.example'" in told
    assert "or set it to 'first.example'" in told


def test_missing_origin_is_reported(db):
    assert "SITE_ORIGIN is not set" in warnings()["releases.W003"]


def test_site_with_an_origin_gets_no_warning(first_host, publish, settings):
    publish()
    settings.SITE_ORIGIN = "https://second.example"

    assert warnings() == {}
