"""Requests that may read a replica. Real replication is tested in tests/replication."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.http import FileResponse, StreamingHttpResponse

from pressroom.infra.db import replicas
from pressroom.infra.db.replicas import (
    PRIMARY,
    REPLICA,
    ReplicaMiddleware,
    ReplicaMonitor,
    ReplicaRouter,
)
from releases.models import Release
from tests.programs import SECRET_KEY
from tests.test_project import run_manage

URL = "postgres://pressroom@replica.example/pressroom"


@pytest.fixture
def replica(db, monkeypatch):
    """The primary under another name: a replica without lag."""
    monkeypatch.setattr(replicas, "monitor", ReplicaMonitor())
    monkeypatch.setitem(connections.settings, REPLICA, connections.settings[PRIMARY])
    had = hasattr(connections._connections, REPLICA)
    connections[REPLICA] = connections[PRIMARY]
    yield
    if not had:
        del connections[REPLICA]


def read_by(request) -> str:
    """Return the database that the request reads."""
    seen = []

    def answer(request):
        seen.append(replicas.current_alias())
        return StreamingHttpResponse([])

    ReplicaMiddleware(answer)(request)
    return seen[0]


@pytest.mark.parametrize(
    "address", ["/", "/releases/2024-0001/a-slug/", "/es/search/?q=a", "/media/files/a", "/nowhere"]
)
def test_public_addresses_are_read_from_the_replica(replica, rf, address):
    assert read_by(rf.get(address)) == REPLICA
    assert read_by(rf.head(address)) == REPLICA


@pytest.mark.parametrize(
    "address", ["/admin/", "/preview/abc/", "/es/preview/abc/", "/health/ready"]
)
def test_staff_and_preview_pages_read_the_primary(replica, rf, address):
    assert read_by(rf.get(address)) == PRIMARY


def test_who_writes_or_has_a_session_reads_the_primary(replica, rf, settings):
    assert read_by(rf.post("/search/")) == PRIMARY
    cookie = f"{settings.SESSION_COOKIE_NAME}=any"
    assert read_by(rf.get("/", headers={"Cookie": cookie})) == PRIMARY


def test_outside_of_requests_the_primary_is_read(replica, rf):
    read_by(rf.get("/"))

    assert replicas.current_alias() == PRIMARY


def test_stream_reads_the_database_it_began_with(replica, rf):
    def parts():
        yield replicas.current_alias().encode()

    answer = ReplicaMiddleware(lambda request: StreamingHttpResponse(parts()))(rf.get("/"))

    assert b"".join(answer) == REPLICA.encode()
    assert replicas.current_alias() == PRIMARY


def test_broken_idle_connection_does_not_mark_the_replica_down(replica):
    own = connections[REPLICA] = connections[PRIMARY].copy()
    assert replicas.is_in_use()
    with connections[PRIMARY].cursor() as cursor:
        pid = own.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)

    try:
        assert replicas.monitor.lag() == 0
        assert replicas.is_in_use()
    finally:
        own.close()


def test_router_writes_to_the_primary_alone():
    router = ReplicaRouter()
    with replicas.read_from(REPLICA):
        assert (router.db_for_read(User), router.db_for_write(User)) == (REPLICA, PRIMARY)
    assert router.db_for_read(Release) == PRIMARY
    assert router.allow_migrate(PRIMARY, "releases")
    assert not router.allow_migrate(REPLICA, "releases")
    assert router.allow_relation(User(), User())


def test_without_a_replica_nothing_is_configured(monkeypatch):
    monkeypatch.delitem(connections.settings, REPLICA, raising=False)

    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(lambda request: FileResponse())


def test_settings_take_the_replica_and_its_limits(tmp_path):
    shown = run_manage(
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings as s; print(s.DATABASES['replica']['HOST'], "
        "s.DATABASES['replica']['OPTIONS']['connect_timeout'], s.DATABASE_REPLICA_MAX_LAG)",
        SECRET_KEY=SECRET_KEY,
        DATABASE_URL=URL,
        DATABASE_REPLICA_URL=URL,
        DATABASE_REPLICA_MAX_LAG="2.5",
    )

    assert shown.stdout.split() == ["replica.example", "2", "2.5"], shown.stderr


@pytest.mark.parametrize("lag", ["soon", "0", "-1", "nan", "inf"])
def test_invalid_lag_is_named(lag):
    refused = run_manage("check", SECRET_KEY=SECRET_KEY, DATABASE_REPLICA_MAX_LAG=lag)

    assert f"DATABASE_REPLICA_MAX_LAG is {lag!r}" in refused.stderr
