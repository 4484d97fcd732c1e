"""`manage.py run` creates a site in an empty folder and survives being killed without data loss."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psycopg2
import pytest

from pressroom.infra.db import embedded
from tests.programs import SECRET_KEY

PROJECT = Path(__file__).resolve().parents[2]
PERMALINK = re.compile(r"/releases/2012-0001/[a-z0-9-]+/")
PATIENCE = 140  # seconds; a hanging test ends at 300, and some wait twice


class Site:
    """Site with its own folder, port and process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = folder / "said.txt"
        self.server = embedded.Server(folder / "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.base = f"http://127.0.0.1:{probe.getsockname()[1]}"

    def start(self) -> None:
        with self.said.open("w") as said:
            self.process = self.launch(said)
        self.wait()

    def launch(self, said: IO[str]) -> subprocess.Popen:
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.Popen(
            [sys.executable, "manage.py", "run", "--port", self.base.rpartition(":")[2]],
            cwd=PROJECT,
            env={
                **environment,
                "VAR_DIR": str(self.folder),
                "HTTPS": "off",
                "SECRET_KEY": SECRET_KEY,
            },
            stdout=said,
            stderr=subprocess.STDOUT,
            umask=0,
        )

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.get("/")
            except urllib.error.URLError:
                time.sleep(0.1)
            else:
                return
        pytest.fail(f"The site did not come up:\n{self.output()}")

    def get(self, address: str) -> str:
        with urllib.request.urlopen(self.base + address, timeout=30) as answer:
            return answer.read().decode()

    def output(self) -> str:
        return self.said.read_text()

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture(autouse=True, scope="module")
def interruptible():
    """Restore SIGINT, which shells disable for background processes and their children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def running(site: Site) -> Iterator[Site]:
    try:
        site.start()
        yield site
    finally:
        site.process.kill()
        site.process.wait()
        site.server.down(force=True)


@pytest.fixture
def new_site(tmp_path):
    """A site in an empty folder."""
    with running(Site(tmp_path)) as site:
        yield site


@pytest.fixture(scope="module")
def made_site(tmp_path_factory):
    """A site that has been created and stopped."""
    with running(Site(tmp_path_factory.mktemp("made"))) as site:
        site.end(signal.SIGTERM)
    return site


@pytest.fixture
def site(made_site, tmp_path):
    """A copy of the created site."""
    subprocess.run(["cp", "-a", f"{made_site.folder}/.", tmp_path], check=True)
    with running(Site(tmp_path)) as site:
        yield site


def accord(site: Site) -> str:
    [permalink] = set(PERMALINK.findall(site.get("/releases/")))
    return permalink


def postmaster(site: Site) -> int:
    return int((site.folder / "postgres/data/postmaster.pid").read_text().split()[0])


def test_new_site_has_the_accord_and_a_staff_account(new_site):
    assert "For more information on human trafficking, visit" in new_site.get(accord(new_site))
    assert "<mark>Ibáñez</mark>" in new_site.get("/search/?q=ibanez")
    assert "Log in" in new_site.get("/admin/")
    assert new_site.output().count("password") == 1


def test_hundreds_of_connections_use_few_of_the_database(site):
    netloc = urlsplit(site.base).netloc
    held = [http.client.HTTPConnection(netloc, timeout=PATIENCE) for _ in range(300)]
    for browser in held:
        browser.request("GET", "/releases/?topic=x")
        answer = browser.getresponse()
        answer.read()
        assert answer.status == 200

    assert connections_to(site) <= 12
    with ThreadPoolExecutor(64) as browsers:
        asked = [browsers.submit(site.get, f"/search/?q=w{number}") for number in range(200)]
        assert all("</html>" in answer.result() for answer in asked)
    for browser in held:
        browser.close()


def connections_to(site: Site) -> int:
    found = site.server.database_settings()
    where = {"host": found["HOST"], "port": found["PORT"], "dbname": "pressroom"}
    with closing(psycopg2.connect(user="postgres", **where)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'pressroom'")
        return cursor.fetchone()[0]


def test_files_of_the_site_are_private_whatever_the_umask(site):
    is_root = os.geteuid() == 0
    subprocess.run(
        [sys.executable, "manage.py", "export_archive", str(site.folder / "export")],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(site.folder), "SECRET_KEY": SECRET_KEY},
        umask=0,
        check=True,
    )
    written = [path for path in site.folder.rglob("*") if path != site.said]
    for path in written:
        # Where root runs it PostgreSQL's user has to pass through its folder: it can not list it.
        others = 0o066 if is_root and "postgres" in path.parts and path.is_dir() else 0o077
        others = 0o037 if is_root and path.suffix == ".conf" else others
        assert path.is_socket() or not path.lstat().st_mode & others, path
    assert {"index", "postgres", "static", "export"} <= {path.name for path in written}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_site_stops_its_database(site, number):
    assert site.server.is_running()

    site.end(number)

    assert not site.server.is_running()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT])
def test_crashed_database_is_restarted(site, number):
    before = accord(site)
    killed = postmaster(site)
    os.kill(killed, number)

    deadline = time.monotonic() + PATIENCE
    while not (site.server.is_running() and postmaster(site) != killed):
        assert time.monotonic() < deadline, site.output()
        time.sleep(0.1)
    wait_for(site, before)
    assert "PostgreSQL ended unexpectedly." in site.output()
    site.end(signal.SIGTERM)
    assert not site.server.is_running()


def test_stopped_database_is_not_restarted(site):
    site.server.down(force=True)
    time.sleep(3)

    assert not site.server.is_running()


def wait_for(site: Site, address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            site.get(address)
            return
        except urllib.error.HTTPError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.mark.parametrize("killed", ["site", "database", "both"])
def test_kill_loses_nothing(site, killed):
    before = accord(site)
    if killed in ("database", "both"):
        os.kill(postmaster(site), signal.SIGKILL)
    site.end(signal.SIGKILL if killed in ("site", "both") else signal.SIGTERM)

    site.start()

    assert accord(site) == before
    assert "<mark>Ibáñez</mark>" in site.get("/search/?q=ibanez")
    assert "password" not in site.output()
