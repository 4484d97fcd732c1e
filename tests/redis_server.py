"""A real Redis, Debian's, as a process of its own on a port of its own."""

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
    """Starts, hangs and dies when it is told to. What it holds dies with it."""

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
        """What it answers to somebody who knows the password."""
        with self.client() as client:
            return client.execute_command(*command)

    def client(self):
        return Redis(port=self.port, db=NUMBER, password=self.password or None)

    def entries(self):
        """Key -> value."""
        with self.client() as client:
            return {key: client.get(key) for key in client.scan_iter()}

    def visits(self):
        """How often anybody connected, this test included."""
        return self.do("INFO", "stats")["total_connections_received"]

    def require(self, password):
        """Of all who connect from now on."""
        self.do("CONFIG", "SET", "requirepass", password)
        self.password = password

    def speak_tls(self, certificate, key):
        """At a port of its own; returns the address."""
        port = free_port()
        files = ("tls-cert-file", certificate, "tls-key-file", key)
        self.do("CONFIG", "SET", *map(str, files), "tls-auth-clients", "no", "tls-port", port)
        return f"rediss://127.0.0.1:{port}/{NUMBER}"

    def address(self, login=None):
        """As CACHE_URL has it."""
        if login is None:
            login = f":{self.password}@" if self.password else ""
        return f"redis://{login}127.0.0.1:{self.port}/{NUMBER}"


def _do_without():
    if os.environ.get("CI"):
        pytest.fail("redis-server is not installed, and continuous integration needs it.")
    pytest.skip("redis-server is not installed (apt-get install redis-server).")


def certificate(folder, name):
    """Files of a certificate that vouches for itself, for that host alone, and of its key."""
    files = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", "/CN=of the tests", "-addext"]
    command += [f"subjectAltName={name}", "-out", files[0], "-keyout", files[1]]
    subprocess.run(command, check=True, capture_output=True)
    return files
