"""Fixtures: real servers, each in its own folder."""

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest

from pressroom.infra.db.embedded import Server
from pressroom.infra.db.postgres_error import PostgresError


@pytest.fixture(scope="module")
def made_server(tmp_path_factory):
    """A server with an initialized data folder, shared by the tests of this file."""
    server = Server(tmp_path_factory.mktemp("pg"))
    with server.lease():
        pass
    with (server.data / "postgresql.conf").open("a") as settings:
        settings.write("fsync = off\n")  # no power cut comes in a test
    yield server
    shutil.rmtree(server.folder)


@pytest.fixture
def server(made_server):
    """A stopped server."""
    yield made_server
    made_server.down(force=True)


@pytest.fixture
def new_server(tmp_path):
    """A server without a data folder."""
    server = Server(tmp_path / "pg")
    yield server
    with contextlib.suppress(PostgresError):
        server.down(force=True)
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def copy_of(made_server):
    """Return a function that copies the data folder and returns a server on it."""

    def copy(folder: Path) -> Server:
        folder.mkdir(mode=0o711)
        subprocess.run(["cp", "-a", made_server.data, folder], check=True)
        servers.append(Server(folder))
        return servers[-1]

    servers: list[Server] = []
    yield copy
    for server in servers:
        server.down(force=True)
        shutil.rmtree(server.folder)
        if server.socket_folder.parent != server.folder:
            shutil.rmtree(server.socket_folder.parent, ignore_errors=True)
