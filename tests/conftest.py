"""What many tests need: the real database server, a release to work on, an index of their own."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone
from haystack import connections

from releases import publishing
from releases.models import Release
from releases.search.snapshot import forget

NOON = datetime.datetime(2024, 5, 14, 19, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Hold the embedded PostgreSQL up for as long as the tests run."""
    if settings.EMBEDDED_POSTGRES is None:
        yield
    else:
        with settings.EMBEDDED_POSTGRES.lease():
            yield


@pytest.fixture(autouse=True)
def search_index(monkeypatch, tmp_path):
    """An empty index in a folder of this test; returns the folder."""
    folder = tmp_path / "index"
    monkeypatch.setitem(connections.connections_info["default"], "PATH", folder)
    connections.reload("default")
    yield folder
    forget(str(folder))
    monkeypatch.undo()
    connections.reload("default")


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
def in_an_hour() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(hours=1)
