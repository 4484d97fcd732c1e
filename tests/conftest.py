"""What many tests need: the real database server, a release to work on, an index of their own."""

import datetime
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from django.utils import timezone
from haystack import connections as engines

from pressroom.infra import storage
from pressroom.infra.db import replicas
from pressroom.infra.mail_settings import read_email_url
from releases import publishing
from releases.media import attachments, intake
from releases.models import Attachment, Image, Release, Topic, feed_authority
from releases.search.embedded.snapshot import drop_cached
from releases.web.response_cache import state
from tests.media import samples
from tests.s3_server import ENVIRONMENT, S3Server
from tests.smtp_server import SMTPServer
from tests.visitors import Visitor

PROJECT = Path(__file__).resolve().parent.parent
NOON = datetime.datetime(2024, 5, 14, 19, 0, tzinfo=datetime.UTC)
# What may befall a public release, by the verbs and past them: no page may show it late.
CHANGES = [
    lambda release: publishing.withdraw(release, "It was wrong."),
    lambda release: publishing.remove(release, "It named a minor."),
    lambda release: publishing.rename(release, "another-slug"),
    lambda release: Release.objects.filter(pk=release.pk).update(title="Past the verbs"),
    lambda release: release.topics.add(Topic.objects.create(name="Water", slug="water")),
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Hold the embedded PostgreSQL up for as long as the tests run. With DATABASE_REPLICA_URL set,
    whatever it says, they run as on a replica that is never behind: the primary itself."""
    if replicas.is_configured():
        connections[replicas.REPLICA] = connections[replicas.PRIMARY]
        TransactionTestCase.databases = {replicas.PRIMARY, replicas.REPLICA}
    if settings.EMBEDDED_POSTGRES is None:
        yield
    else:
        with settings.EMBEDDED_POSTGRES.lease():
            yield


RELEASED = (
    *("releases_release", "releases_section", "releases_image", "releases_attachment"),
    "releases_release_topics",
)
# Of these the database is asked as in production; others write released rows by hand.
HELD_TO_ACTIONS = (
    *("tests.admin", "tests.archive", "tests.importing", "tests.publishing"),
    "tests.models.test_released_rows",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let tests write rows by hand and be cleaned up by TRUNCATE, which the database refuses."""
    with django_db_blocker.unblock():
        switch_triggers("DISABLE", *RELEASED, *tables_never_emptied())
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


def end_other_sessions() -> None:
    """Disconnect everybody else from the test database, which could not be dropped otherwise."""
    # Live servers' threads and killed processes leave sessions that outlast the last test.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )


@pytest.fixture(autouse=True)
def as_in_production(request):
    """Have the database refuse released rows that no action wrote, where tests are held to that."""
    is_held = request.module.__name__.startswith(HELD_TO_ACTIONS)
    asks = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if not (is_held and asks) or "past_the_actions" in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    switch_triggers("ENABLE", *RELEASED)
    yield
    if not connection.in_atomic_block:  # elsewhere the test's own transaction is undone
        switch_triggers("DISABLE", *RELEASED)


@pytest.fixture(autouse=True)
def roles(request):
    """The groups of the roles, which the flush after a test with transactions deletes."""
    asks = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if asks:
        request.getfixturevalue("db")
        if not Group.objects.exists():
            import_module("releases.migrations.0009_roles").create_roles(apps, None)
            renames = import_module("releases.migrations.0026_plain_names")
            renames.rename_permissions(apps, None)


@pytest.fixture
def past_the_actions():
    """Let the test write released rows as no action does."""


def tables_never_emptied() -> list[str]:
    """The tables whose TRUNCATE the database refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'never_emptied'")
        return [table for (table,) in cursor.fetchall()]


def switch_triggers(how: str, *tables: str) -> None:
    """ENABLE or DISABLE what the database refuses of released rows; the rest it refuses always."""
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
    """Write what the database would refuse, as its owner could, and older versions did."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")


@pytest.fixture(autouse=True)
def nothing_is_late(monkeypatch):
    """Tests look at once at what they changed; sites do after their own hundredth of a second."""
    monkeypatch.setattr(state, "SNAPSHOT_MAX_AGE", 0)


@pytest.fixture(autouse=True)
def forget_feed_authority():
    """Forget the name in the ids of feeds, as a new process; call it for another such moment."""

    def begin() -> None:
        cache.delete(feed_authority.CACHED)

    begin()
    return begin


@pytest.fixture
def visitor():
    """Somebody who gets kept answers."""
    return Visitor()


@pytest.fixture(autouse=True)
def search_index(monkeypatch, tmp_path):
    """An empty index of this test; returns Whoosh's folder."""
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
    """The same cluster, for indexes of another name, each as small as can be."""
    parts = urlsplit(url)
    hosts = parts.netloc
    return f"opensearch://{hosts}/test-{secrets.token_hex(4)}?tls=off&shards=2&replicas=0"


@pytest.fixture
def make_release(db):
    """Make a draft: `make_release(title=…, body=…)`; anything not given is filled in."""

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
    """Make a release and approve it: `publish(release_at=…, title=…)`; public since noon."""

    def make(release_at: datetime.datetime = NOON, **fields) -> Release:
        return publishing.approve(make_release(**fields), release_at)

    return make


@pytest.fixture
def corrected(publish) -> Release:
    """A public release with a correction of two words: its version 2."""
    release = publish()
    release.body = release.body.replace("a records office", "two records offices")
    with transaction.atomic():
        release.save()
        publishing.record_change(release, "correction", "Two offices, not one.")
    return release


@pytest.fixture
def corrected_twice(publish) -> Release:
    """Public with three paragraphs; version 2 puts one in, version 3 takes it out for another."""
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
    """Where uploads of this test are kept; returns the folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """A running one, for all tests that do it no harm."""
    server = S3Server(tmp_path_factory.mktemp("s3") / "log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def keep_files_in(settings, monkeypatch):
    """Have MEDIA_STORAGE name a bucket: `keep_files_in(s3_server.address("prefix"))`."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def keep(address):
        settings.MEDIA_STORAGE = address
        settings.STORAGES = {**settings.STORAGES, "default": storage.backend(address)}

    cache.delete("bucket-is-up")
    return keep


@pytest.fixture
def bucket(keep_files_in, s3_server):
    """Files of this test lie in a bucket; returns the storage."""
    keep_files_in(s3_server.address(f"test-{secrets.token_hex(8)}"))
    return default_storage


@pytest.fixture(params=["folder", "bucket"])
def either_storage(request):
    """The test runs twice: its files lie in a folder, then in a bucket; returns the storage."""
    return request.getfixturevalue("bucket") if request.param == "bucket" else default_storage


@pytest.fixture
def attach_image():
    """Put a picture to a release: `attach_image(release, data, alt=…)`."""

    def attach(release: Release, data: bytes | None = None, **fields) -> Image:
        prepared = intake.prepare_image(samples.upload(data or samples.photograph()))
        given = {"alt": "Two halves, red and blue", "credit": "Photo: Jane Roe"}
        return attachments.attach_image(Image(release=release, **{**given, **fields}), prepared)

    return attach


@pytest.fixture
def attach_pdf():
    """Put a PDF to a release: `attach_pdf(release, "text of page 1", title=…)`."""

    def attach(release: Release, *pages: str, title="Complaint", name="Complaint.pdf"):
        prepared = intake.prepare_pdf(samples.upload(samples.pdf(*pages), name))
        return attachments.attach_document(Attachment(release=release, title=title), prepared)

    return attach


@pytest.fixture
def staff(db):
    """Make a member of staff: `staff("publisher", "Ana")`; the name is the role's if not given."""

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
    """Have EMAIL_URL name a server: `mail_to(smtp_server.url)`."""

    def configure(url):
        settings.EMAIL_URL = url
        settings.DEFAULT_FROM_EMAIL = "Press Office <press@example.gov>"
        settings.EMAIL_TIMEOUT = 5
        for name, value in read_email_url(url).items():
            setattr(settings, name, value)

    return configure
