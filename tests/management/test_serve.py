"""`manage.py serve`: the production server, also while the database is down."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db.migrations.loader import MigrationLoader

from releases.management.commands import serve
from tests.infra.db.embedded.servers import kill
from tests.management.test_run import PATIENCE, PERMALINK, PROJECT, Site, postmaster
from tests.programs import SECRET_KEY

PUBLIC = ("/", "/releases/", "/search/?q=trafficking", "/feeds/releases.atom", "/sitemap.xml")


class ServedSite(Site):
    """A migrated archive with one release, served as in production."""

    @property
    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"VAR_DIR": str(self.folder), "HTTPS": "off", "SECRET_KEY": SECRET_KEY}
        return {**kept, **own}

    def manage(self, *arguments, **options):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, **options
        )

    def prepare(self):
        self.manage("devdb", "up", check=True)
        self.manage("migrate", check=True)
        accord = PROJECT / "fixtures" / "harris-morales-accord.txt"
        self.manage("import_releases", str(accord), "--approve", check=True)

    def launch(self, said):
        port = self.base.rpartition(":")[2]
        return subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", port, "--workers", "1"],
            cwd=PROJECT,
            env=self.environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )

    def ask(self, address, method="GET", **headers):
        """Return status, headers and text of the response, whatever the status."""
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=PATIENCE)
        with closing(connection):
            connection.request(method, address, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode(errors="replace")

    def wait_for(self, status, address="/"):
        deadline = time.monotonic() + PATIENCE
        while self.ask(address)[0] != status:
            assert time.monotonic() < deadline, f"{address} never answered {status}"
            time.sleep(0.2)

    def lines(self):
        """Return its log lines; each is JSON after a prefix."""
        return [json.loads(line) for line in self.output().splitlines() if line.startswith("{")]

    def connect(self):
        settings = self.server.database_settings()
        return psycopg2.connect(
            host=settings["HOST"], port=settings["PORT"], user="postgres", dbname="pressroom"
        )


def connections_to_the_last(site):
    with suppress(psycopg2.OperationalError):
        while True:
            yield site.connect()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = ServedSite(tmp_path_factory.mktemp("served"))
    site.prepare()
    site.start()
    yield site
    site.end(signal.SIGTERM)
    site.server.down(force=True)


@pytest.fixture(scope="module")
def permalink(site):
    [found] = set(PERMALINK.findall(site.get("/releases/")))
    return found


def test_static_files_are_compressed_and_cached_for_a_year(site):
    styles = re.search(r"/static/css/base\.[0-9a-f]{12}\.css", site.get("/"))[0]

    status, headers, _ = site.ask(styles)
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert "max-age=315360000" in headers["Cache-Control"]

    connection = http.client.HTTPConnection(urlsplit(site.base).netloc, timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", styles, headers={"Accept-Encoding": "gzip"})
        assert connection.getresponse().headers["Content-Encoding"] == "gzip"


def test_every_request_has_one_log_line_without_personal_data(site):
    site.ask("/search/?q=someone+private", **{"X-Request-ID": "front-12345678"})
    site.ask("/preview/" + "s" * 43 + "/", **{"X-Request-ID": "front-23456789"})

    lines = {line["request"]: line for line in site.lines() if "status" in line}
    assert lines["front-12345678"]["path"] == "/search/"
    assert lines["front-12345678"]["status"] == 200
    assert lines["front-12345678"]["milliseconds"] > 0
    assert lines["front-23456789"]["path"] == "/preview/…/"
    assert "private" not in site.output()
    assert "127.0.0.1" not in str(list(lines.values()))


def test_missing_origin_is_reported_at_startup(site):
    assert "SITE_ORIGIN is not set" in site.output()


def test_slow_clients_do_not_delay_others(site):
    address = urlsplit(site.base)
    slow = [http.client.HTTPConnection(address.netloc, timeout=PATIENCE) for _ in range(100)]
    for connection in slow:
        connection.connect()
        connection.sock.sendall(b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")

    started = time.monotonic()
    assert site.ask("/")[0] == 200
    assert time.monotonic() - started < 5
    for connection in slow:
        connection.close()


def test_commands_may_take_their_time_in_the_database(site):
    show = "from django.db import connection as c; k = c.cursor(); "
    show += "k.execute('SHOW statement_timeout'); print(k.fetchone())"

    assert "('0',)" in site.manage("shell", "-v0", "-c", show).stdout


def test_table_that_is_locked_gives_503_after_the_limit(site, permalink):
    with closing(site.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE releases_release IN ACCESS EXCLUSIVE MODE")
        status, headers, page = site.ask(permalink)

    assert status == 503
    assert headers["Retry-After"] == "30"
    assert "Back in a moment" in page
    site.wait_for(200, permalink)


def test_database_without_a_free_connection_gives_503_until_one_is_free(site, permalink):
    site.server.down(force=True)
    site.server.up()
    held = list(connections_to_the_last(site))

    assert site.ask(permalink)[0] == 503

    for connection in held:
        connection.close()
    site.wait_for(200, permalink)


def test_database_outage_is_a_readable_503_until_it_ends(site, permalink):
    site.server.down(force=True)

    for address in (*PUBLIC, permalink, "/no/such/page/", permalink[:19] + ".txt"):
        status, headers, page = site.ask(address)
        assert status == 503, address
        assert headers["Retry-After"] == "30"
        assert headers["Cache-Control"] == "no-store"
        assert "Back in a moment" in page
        assert headers["Content-Security-Policy"]
    status, headers, problem = site.ask("/api/v1/releases/")
    assert (status, json.loads(problem)["status"]) == (503, 503)
    assert headers["Content-Type"] == "application/problem+json"
    assert site.ask("/health/live")[0] == 200
    assert site.ask("/health/ready")[0] == 503

    site.server.up()
    for address in (*PUBLIC, permalink):
        site.wait_for(200, address)


def test_database_that_is_killed_and_restarted_is_found_again(site, permalink):
    kill(postmaster(site))
    site.server.up()

    site.wait_for(200, permalink)
    site.wait_for(200, "/health/ready")


def test_workers_that_are_killed_again_and_again_are_replaced(site, permalink):
    for _ in range(4):
        kill_worker(site)
        wait_until_there(site, permalink)


def test_server_waiting_to_restart_workers_can_be_stopped(site, permalink):
    told = site.output().count("Restarting them")
    deadline = time.monotonic() + PATIENCE
    while site.output().count("Restarting them") == told:
        assert time.monotonic() < deadline
        with suppress(IndexError):  # there is none just now
            kill_worker(site)
        time.sleep(0.1)

    ended = site.end(signal.SIGTERM)

    site.start()
    assert ended == -signal.SIGTERM
    wait_until_there(site, permalink)


def kill_worker(site):
    children = subprocess.run(
        ["pgrep", "-P", str(site.process.pid)], capture_output=True, text=True
    )
    os.kill(int(children.stdout.split()[-1]), signal.SIGKILL)


def wait_until_there(site, address):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert site.ask(address)[0] == 200
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_database_that_is_not_up_to_date_is_not_served(tmp_path):
    site = ServedSite(tmp_path)
    site.manage("devdb", "up", check=True)
    try:
        refused = site.manage("serve", "--port", "1")
    finally:
        site.server.down(force=True)

    assert refused.returncode == 1
    assert "run manage.py migrate first" in refused.stderr


def test_migrations_are_found_without_importing_them():
    assert serve.migrations() == {*MigrationLoader(None).disk_migrations}
