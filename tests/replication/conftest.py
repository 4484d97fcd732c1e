"""Servers shared by all tests of this folder, and a site on top of them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from tests.management.test_run import PROJECT
from tests.management.test_serve import ServedSite
from tests.replication.clusters import PGBOUNCER, Clusters, ask

MAX_LAG = 4  # seconds
STRANGER = {"Cookie": "sessionid=nobody"}  # who has a session is read from the primary
ACCORD = "WHERE number = '2012-0001'"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PASSWORD = "a long one of the tests"


class ReplicatedSite(ServedSite):
    """Production site: the primary through PgBouncer, the replica directly."""

    def __init__(self, folder, clusters, database="pressroom"):
        super().__init__(folder)
        self.clusters = clusters
        self.database = database

    @property
    def environment(self):
        return super().environment | {
            "DATABASE_URL": self.clusters.pooler.url(self.database),
            "DATABASE_POOLED": "1",
            "DATABASE_REPLICA_URL": self.clusters.replica_url(),
            "DATABASE_REPLICA_MAX_LAG": str(MAX_LAG),
        }

    def prepare(self):
        self.manage("migrate", check=True)
        accord = PROJECT / "fixtures" / "harris-morales-accord.txt"
        self.manage("import_releases", str(accord), "--approve", check=True)
        self.manage("rebuild_index", "--noinput", check=True)
        self.shell(
            "from django.contrib.auth.models import User; "
            f"User.objects.create_superuser('staff', password={PASSWORD!r})"
        )

    def shell(self, code):
        done = self.manage("shell", "-v0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ready(self):
        """Return the status and content of /health/ready."""
        status, _, text = self.ask("/health/ready")
        return status, text

    def title(self, address="/releases/2012/", **headers):
        """Return the accord's title in a list."""
        status, _, page = self.ask(address, **headers)
        assert status == 200
        return re.search(r"/releases/2012-0001/[^>]*>\s*([^<]+?)\s*<", page)[1]


class Desk:
    """HTTP client signed in as staff."""

    def __init__(self, site):
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.send("/admin/login/", username="staff", password=PASSWORD, next="/admin/")

    def read(self, address):
        """Return status and text."""
        try:
            with self.opener.open(self.site.base + address, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def send(self, address, **fields):
        """Submit the form at a URL; return the next page."""
        _, page = self.read(address)
        data = urlencode({"csrfmiddlewaretoken": TOKEN.search(page)[1], **fields}).encode()
        with self.opener.open(self.site.base + address, data, timeout=60) as answer:
            return answer.read().decode()


@pytest.fixture(scope="session")
def clusters(tmp_path_factory):
    if not PGBOUNCER.exists():
        if os.environ.get("CI"):
            pytest.fail("PgBouncer is not installed, and continuous integration needs it.")
        pytest.skip("PgBouncer is not installed (apt-get install pgbouncer).")
    clusters = Clusters(tmp_path_factory.mktemp("clusters"))
    try:
        clusters.start()
        yield clusters
    finally:
        clusters.stop()


@pytest.fixture(scope="session")
def replicated(clusters, tmp_path_factory):
    """The site, for the whole session."""
    site = ReplicatedSite(tmp_path_factory.mktemp("replicated"), clusters)
    site.prepare()
    try:
        site.start()
        yield site
    finally:
        site.end(signal.SIGTERM)


@pytest.fixture
def site(replicated):
    """The site with all servers up and the replica in sync."""
    wait_until(lambda: is_well(replicated), "the replica is read")
    return replicated


@pytest.fixture
def desk(site):
    return Desk(site)


@pytest.fixture
def indexing(site):
    """Run the index worker in the background."""
    command = [sys.executable, "manage.py", "sync_search", "--loop"]
    with subprocess.Popen(command, cwd=PROJECT, env=site.environment) as loop:
        yield
        loop.terminate()


def is_well(site):
    status, text = site.ready()
    report = json.loads(text)
    replica = report["replica"]
    is_up = (status, report["database"], replica["state"]) == (200, "up", "up")
    return is_up and replica["lag_seconds"] < 1  # it follows, and was not just left behind


def wait_until(holds, what, patience=60):
    """Wait until the condition is true; return the seconds it took."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < patience, f"Never came: {what}"
        time.sleep(0.1)
    return time.monotonic() - started


@contextmanager
def replay_paused(clusters):
    """Pause replay on the standby within the block."""
    ask(clusters.standby, "SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        ask(clusters.standby, "SELECT pg_wal_replay_resume()")


def rename(clusters, title):
    """Rename the accord by SQL, which the triggers on released rows would refuse."""
    ask(clusters.primary, "ALTER TABLE releases_release DISABLE TRIGGER USER")
    ask(clusters.primary, "ALTER TABLE releases_release ENABLE TRIGGER public_update")
    ask(clusters.primary, f"UPDATE releases_release SET title = %s {ACCORD}", title)
