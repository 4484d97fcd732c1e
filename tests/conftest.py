"""Shared fixtures: database server, releases, search index, storage and staff."""

import datetime
import math
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from django.utils import timezone
from haystack import connections as engines

from pressroom.infra import office, storage
from pressroom.infra.db import replicas
from pressroom.infra.mail_settings import read_email_url
from releases import publishing
from releases.media import attachments, intake
from releases.models import Attachment, Image, Release, Topic, feed_authority
from releases.publishing.roles import PERMISSIONS_BY_ROLE, standard_permissions
from releases.search.embedded.snapshot import drop_cached
from releases.web import missed_addresses, missed_searches
from releases.web.response_cache import state
from tests.media import samples
from tests.s3_server import ENVIRONMENT, S3Server
from tests.smtp_server import SMTPServer
from tests.visitors import Visitor

PROJECT = Path(__file__).resolve().parent.parent
NOON = datetime.datetime(2024, 5, 14, 19, 0, tzinfo=datetime.UTC)
# Ways in which a public release changes, with and without actions. Pages must follow immediately.
CHANGES = [
    lambda release: publishing.withdraw(release, "It was wrong."),
    lambda release: publishing.remove(release, "It named a minor."),
    lambda release: publishing.rename(release, "another-slug"),
    lambda release: Release.objects.filter(pk=release.pk).update(title="Past the verbs"),
    lambda release: release.topics.add(Topic.objects.create(name="Water", slug="water")),
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Run the embedded PostgreSQL during the tests.

    If DATABASE_REPLICA_URL is set, the primary doubles as a replica without lag.
    """
    if replicas.is_configured():
        connections[replicas.REPLICA] = connections[replicas.PRIMARY]
        TransactionTestCase.databases = {replicas.PRIMARY, replicas.REPLICA}
    with database_server():
        yield


def database_server() -> AbstractContextManager[None]:
    """Keep the embedded PostgreSQL running, if there is one, started again if it has ended."""
    return settings.EMBEDDED_POSTGRES.lease() if settings.EMBEDDED_POSTGRES else nullcontext()


RELEASED = (
    *("releases_release", "releases_section", "releases_image", "releases_attachment"),
    "releases_release_topics",
)
# Tests with the triggers of production; the others write released rows directly.
HELD_TO_ACTIONS = (
    *("tests.admin", "tests.archive", "tests.importing", "tests.publishing"),
    "tests.models.test_released_rows",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Allow tests to write rows directly and to TRUNCATE, which the database refuses."""
    with django_db_blocker.unblock():
        switch_triggers("DISABLE", *RELEASED, *tables_never_emptied())
    yield
    with django_db_blocker.unblock(), database_server():
        end_other_sessions()


def end_other_sessions() -> None:
    """Disconnect all other sessions from the test database, so that it can be dropped."""
    connection.close()  # the server may have ended it since the last test that asked
    # Live servers' threads and killed processes leave sessions that outlast the last test.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )


@pytest.fixture(autouse=True)
def as_in_production(request):
    """Enable the triggers on released rows for the tests in HELD_TO_ACTIONS."""
    is_held = request.module.__name__.startswith(HELD_TO_ACTIONS)
    asks = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if not (is_held and asks) or "past_the_actions" in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    switch_triggers("ENABLE", *RELEASED)
    yield
    if not connection.in_atomic_block:  # otherwise the test's transaction is rolled back
        switch_triggers("DISABLE", *RELEASED)


@pytest.fixture(autouse=True)
def roles(request):
    """Create the role groups again after a flush deleted them."""
    asks = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if asks:
        request.getfixturevalue("db")
        if not Group.objects.exists():
            for role in PERMISSIONS_BY_ROLE:
                group = Group.objects.create(name=role)
                group.permissions.set(standard_permissions(role))


@pytest.fixture
def past_the_actions():
    """Allow the test to write released rows directly."""


def tables_never_emptied() -> list[str]:
    """Return the tables whose TRUNCATE the database refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'never_emptied'")
        return [table for (table,) in cursor.fetchall()]


def switch_triggers(how: str, *tables: str) -> None:
    """ENABLE or DISABLE the triggers on released rows; other triggers stay enabled."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgrelid = ANY(%s::regclass[]) "
            "AND (tgname LIKE 'released_%%' OR (tgname = 'never_emptied' AND %s))",
            [list(tables), how == "DISABLE"],
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {trigger}")


@contextmanager
def triggers_off(*tables: str) -> Iterator[None]:
    """Disable all triggers in the block, as a table owner could."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")


@pytest.fixture(autouse=True)
def nothing_is_late(monkeypatch):
    """Check for changes on every request, where sites wait a hundredth of a second."""
    monkeypatch.setattr(state, "SNAPSHOT_MAX_AGE", 0)


@pytest.fixture(autouse=True)
def forget_feed_authority():
    """Clear the cached feed authority, as in a new process; call it to clear it again."""

    def begin() -> None:
        cache.delete(feed_authority.CACHED)

    begin()
    return begin


@pytest.fixture(autouse=True)
def office_of_the_settings(monkeypatch):
    """Cache that nothing is stored about the office, as after the first request."""
    monkeypatch.setattr(office, "MAX_AGE", math.inf)
    office.pin(None)


@pytest.fixture(autouse=True)
def fresh_miss_counter(monkeypatch):
    """Count as a process that has just started, which writes a minute later."""
    monkeypatch.setattr(missed_addresses, "counter", missed_addresses.MissCounter())
    monkeypatch.setattr(missed_searches, "counter", missed_searches.MissedSearchCounter())


@pytest.fixture
def visitor():
    """Client that goes through the WSGI middleware and gets cached responses."""
    return Visitor()


@pytest.fixture(autouse=True)
def search_index(monkeypatch, tmp_path):
    """An empty index for this test; returns Whoosh's folder."""
    folder = tmp_path / "index"
    where = {"URL": _own_name(settings.SEARCH_URL)} if settings.SEARCH_URL else {"PATH": folder}
    for name, value in where.items():
        monkeypatch.setitem(engines.connections_info["default"], name, value)
    engines.reload("default")
    yield folder
    drop_cached(folder)
    if settings.SEARCH_URL:
        engines["default"].get_backend().generations.delete_all()
    monkeypatch.undo()
    engines.reload("default")


def _own_name(url: str) -> str:
    """Use the shared cluster with own index names and the smallest settings."""
    parts = urlsplit(url)
    hosts = parts.netloc
    return f"opensearch://{hosts}/test-{secrets.token_hex(4)}?tls=off&shards=2&replicas=0"


@pytest.fixture
def make_release(db):
    """Return a function that creates a draft, as `make_release(title=…, body=…)`."""

    def make(**fields) -> Release:
        given = {
            "title": "County Opens a Records Office",
            "body": "SPRINGFIELD – The county opened a records office today.",
            "dateline": "SPRINGFIELD",
            "contact": "(555) 010-0100",
            "date": datetime.date(2024, 5, 14),
        }
        return Release.objects.create(**{**given, **fields})

    return make


@pytest.fixture
def publish(make_release):
    """Return a function that publishes a release, as `publish(release_at=…, title=…)`; by default
    at noon."""

    def make(release_at: datetime.datetime = NOON, **fields) -> Release:
        return publishing.approve(make_release(**fields), release_at)

    return make


@pytest.fixture
def corrected(publish) -> Release:
    """A public release whose version 2 corrects two words."""
    release = publish()
    release.body = release.body.replace("a records office", "two records offices")
    with transaction.atomic():
        release.save()
        publishing.record_change(release, "correction", "Two offices, not one.")
    return release


@pytest.fixture
def corrected_twice(publish) -> Release:
    """A public release with three paragraphs; version 2 adds one, version 3 replaces it."""
    release = publish(body="The first one.\n\nA second.\n\nThird and last.")
    for body in (
        "The first one.\n\nQuite new words.\n\nA second.\n\nThird and last.",
        "The first one.\n\nA second.\n\nThird and very last.\n\nSomething else again.",
    ):
        release.body = body
        with transaction.atomic():
            release.save()
            publishing.record_change(release, "correction", "It was wrong.")
    return release


@pytest.fixture
def in_an_hour() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    """Store this test's uploads in a temporary folder; returns it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """Write this test's data files to a temporary folder; returns it."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """A running S3 server, shared by tests that do not disturb it."""
    server = S3Server(tmp_path_factory.mktemp("s3") / "log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def keep_files_in(settings, monkeypatch):
    """Set MEDIA_STORAGE to a bucket: `keep_files_in(s3_server.address("prefix"))`."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def keep(address):
        settings.MEDIA_STORAGE = address
        settings.STORAGES = {**settings.STORAGES, "default": storage.backend(address)}

    cache.delete("bucket-is-up")
    return keep


@pytest.fixture
def bucket(keep_files_in, s3_server):
    """Store this test's files in a bucket; returns the storage."""
    keep_files_in(s3_server.address(f"test-{secrets.token_hex(8)}"))
    return default_storage


@pytest.fixture(params=["folder", "bucket"])
def either_storage(request):
    """Run the test twice, with files in a folder and in a bucket; returns the storage."""
    return request.getfixturevalue("bucket") if request.param == "bucket" else default_storage


@pytest.fixture
def attach_image():
    """Return a function that attaches a picture: `attach_image(release, data, alt=…)`."""

    def attach(release: Release, data: bytes | None = None, **fields) -> Image:
        prepared = intake.prepare_image(samples.upload(data or samples.photograph()))
        given = {"alt": "Two halves, red and blue", "credit": "Photo: Jane Roe"}
        return attachments.attach_image(Image(release=release, **{**given, **fields}), prepared)

    return attach


@pytest.fixture
def attach_pdf():
    """Return a function that attaches a PDF: `attach_pdf(release, "text of page 1", title=…)`."""

    def attach(release: Release, *pages: str, title="Complaint", name="Complaint.pdf"):
        prepared = intake.prepare_pdf(samples.upload(samples.pdf(*pages), name))
        return attachments.attach_document(Attachment(release=release, title=title), prepared)

    return attach


@pytest.fixture
def staff(db):
    """Return a function that creates a user, as `staff("publisher", "Ana")`; the name defaults to
    the role."""

    def make(role: str, name: str = "") -> User:
        person = User.objects.create_user(name or role, password="password", is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        return person

    return make


@pytest.fixture
def smtp_server():
    server = SMTPServer()
    server.controller.start()
    yield server
    server.controller.stop(no_assert=True)


@pytest.fixture
def mail_to(settings):
    """Set EMAIL_URL to a server: `mail_to(smtp_server.url)`."""

    def configure(url):
        settings.EMAIL_URL = url
        settings.DEFAULT_FROM_EMAIL = "Press Office <press@example.gov>"
        settings.EMAIL_TIMEOUT = 5
        for name, value in read_email_url(url).items():
            setattr(settings, name, value)

    return configure
