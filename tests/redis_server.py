"""A real Redis, Debian's, as a process of its own on a port of its own."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time

import pytest
from redis import Redis
from redis.exceptions import RedisError

PROGRAM = "redis-server"
PATIENCE = 30  # seconds
NUMBER = 1  # of its databases


class RedisServer:
    """Starts, hangs and dies when it is told to. What it holds dies with it."""

    def __init__(self, folder, password="", **options):
        if not shutil.which(PROGRAM):
            _do_without()
        self.folder, self.password = folder, password
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        given = {"bind": "127.0.0.1", "port": self.port, "save": "", "appendonly": "no"}
        given |= {"dir": folder, "requirepass": password, **options}
        self.command = [PROGRAM]
        for name, value in given.items():
            self.command += [f"--{name.replace('_', '-')}", str(value)]

    def start(self):
        with (self.folder / "redis.log").open("a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "redis.log").read_text()
            assert time.monotonic() < deadline, (self.folder / "redis.log").read_text()
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

    def address(self, login=None):
        """As CACHE_URL has it."""
        login = f":{self.password}@" if login is None and self.password else login or ""
        return f"redis://{login}127.0.0.1:{self.port}/{NUMBER}"

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()


def _do_without():
    if os.environ.get("CI"):
        pytest.fail("redis-server is not installed, and continuous integration needs it.")
    pytest.skip("redis-server is not installed (apt-get install redis-server).")
