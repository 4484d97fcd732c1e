"""`manage.py run` in an empty folder gives a site; nothing that kills it loses anything."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

import pytest

from pressroom import postgres
from tests.programs import SECRET_KEY

PROJECT = Path(__file__).resolve().parent.parent
PERMALINK = re.compile(r"/releases/2012-0001/[a-z0-9-]+/")
PATIENCE = 60


class Site:
    """A site of its own: its folder, its port, its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = folder / "said.txt"
        self.server = postgres.Server(folder / "postgres")
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
    """What a shell runs in its background ignores SIGINT, and so does all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    site.start()
    yield site
    site.process.kill()
    site.process.wait()
    site.server.down(force=True)


def accord(site: Site) -> str:
    [permalink] = set(PERMALINK.findall(site.get("/releases/")))
    return permalink


def postmaster(site: Site) -> int:
    return int((site.folder / "postgres/data/postmaster.pid").read_text().split()[0])


def test_new_site_holds_the_accord_and_a_staff_account(site):
    assert "For more information on human trafficking, visit" in site.get(accord(site))
    assert "<mark>Ibáñez</mark>" in site.get("/search/?q=ibanez")
    assert "Log in" in site.get("/admin/")
    assert site.output().count("password") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_site_stops_its_database(site, number):
    assert site.server.is_running()

    site.end(number)

    assert not site.server.is_running()


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
