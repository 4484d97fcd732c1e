"""A real Redis server (Debian's package) in its own process and on its own port."""

import contextlib
import os
import shutil
import subprocess
import time

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.programs import Program, free_port

PROGRAM = "redis-server"
PATIENCE = 30  # seconds
NUMBER = 1  # of its databases


class RedisServer(Program):
    """Server that can be started, stopped and suspended. Its data is lost when it stops."""

    def __init__(self, folder):
        if not shutil.which(PROGRAM):
            _do_without()
        self.log, self.port, self.password = folder / "redis.log", free_port(), ""
        self.command = [PROGRAM, "--bind", "127.0.0.1", "--port", str(self.port)]
        self.command += ["--dir", folder, "--save", "", "--appendonly", "no"]

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def answers(self):
        with contextlib.suppress(RedisError):
            return self.do("PING")

    def do(self, *command):
        """Run a command with the password and return the reply."""
        with self.client() as client:
            return client.execute_command(*command)

    def client(self):
        return Redis(port=self.port, db=NUMBER, password=self.password or None)

    def entries(self):
        """Return all entries, by key."""
        with self.client() as client:
            return {key: client.get(key) for key in client.scan_iter()}

    def visits(self):
        """Return the number of connections so far, this test's included."""
        return self.do("INFO", "stats")["total_connections_received"]

    def require(self, password):
        """Require this password from now on."""
        self.do("CONFIG", "SET", "requirepass", password)
        self.password = password

    def speak_tls(self, certificate, key):
        """Listen with TLS on another port; return the address."""
        port = free_port()
        files = ("tls-cert-file", certificate, "tls-key-file", key)
        self.do("CONFIG", "SET", *map(str, files), "tls-auth-clients", "no", "tls-port", port)
        return f"rediss://127.0.0.1:{port}/{NUMBER}"

    def address(self, login=None):
        """Return the address in the form of CACHE_URL."""
        if login is None:
            login = f":{self.password}@" if self.password else ""
        return f"redis://{login}127.0.0.1:{self.port}/{NUMBER}"


def _do_without():
    if os.environ.get("CI"):
        pytest.fail("redis-server is not installed, and continuous integration needs it.")
    pytest.skip("redis-server is not installed (apt-get install redis-server).")


def certificate(folder, name):
    """Create a self-signed certificate for one host; return its files and its key."""
    files = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", "/CN=of the tests", "-addext"]
    command += [f"subjectAltName={name}", "-out", files[0], "-keyout", files[1]]
    subprocess.run(command, check=True, capture_output=True)
    return files
