"""Servers that are killed, interrupted or stopped from outside."""

import os
import signal
import subprocess
import threading
import time

import psycopg2
import psycopg2.extras
import pytest

from pressroom.infra.db.embedded.postmaster import find_postmaster
from tests.infra.db.embedded.servers import (
    another_process,
    ask,
    connect,
    connect_without_waiting,
    kill,
    pid_of,
)

PATIENCE = 60  # seconds


def test_a_lease_ends_when_its_holder_is_killed_and_the_next_takes_the_server_over(server):
    with another_process(server) as process:
        process.kill()
        process.wait()
    pid = pid_of(server)
    with server.lease():
        assert pid_of(server) == pid
    assert not server.is_running()


def test_a_killed_server_starts_again_with_all_that_was_committed(server):
    with server.lease():
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        kill(pid_of(server))
        with server.lease():
            assert ask(server, "SELECT answer FROM kept") == (42,)


def test_a_killed_child_of_the_server_does_not_hinder_the_next_lease(server):
    with server.lease():
        with connect(server) as connection:
            kill(connection.info.backend_pid)
        with server.lease():
            assert ask(server, "SELECT 1") == (1,)


def test_start_waits_for_children_of_a_killed_server(server):
    said = []
    with (
        server.lease(),
        connect_without_waiting(server, options="-c statement_timeout=1500ms") as connection,
    ):
        connection.cursor().execute("SELECT count(*) FROM generate_series(1, 1000000000)")
        time.sleep(0.2)
        kill(pid_of(server))
        with server.lease(said.append):
            assert ask(server, "SELECT 1") == (1,)
    assert "Waiting for processes of a killed PostgreSQL to end …" in said


def test_two_starters_at_once_share_one_server(new_server):
    with (
        another_process(new_server, until="Creating") as first,
        another_process(new_server, until="Waiting") as second,
    ):
        for process in (first, second):
            assert any(line == "held\n" for line in process.stdout)
        assert new_server.is_running()
        first.send_signal(signal.SIGINT)
        first.wait()
        assert new_server.is_running()


def test_killed_creation_is_repeated(new_server):
    with another_process(new_server, until="Creating") as process:
        time.sleep(0.3)  # in the middle of initdb
        process.kill()
        process.wait()
    with new_server.lease():
        assert ask(new_server, "SELECT 1") == (1,)


@pytest.mark.parametrize("moment", [0.0, 0.1])
def test_killed_start_is_resumed(server, moment):
    with another_process(server, until="Starting") as process:
        time.sleep(moment)
        process.kill()
        process.wait()
    with server.lease():
        assert ask(server, "SELECT 1") == (1,)
    assert not server.is_running()


@pytest.mark.parametrize("lock", ["", "garbage\n"])
def test_a_lock_file_cut_short_does_not_keep_the_server_down(server, lock):
    with server.lease():
        kill(pid_of(server))
        (server.data / "postmaster.pid").write_text(lock)
        with server.lease():
            assert ask(server, "SELECT 1") == (1,)


def test_a_process_that_got_a_dead_servers_id_does_not_keep_the_server_down(server):
    locks = [server.data / "postmaster.pid", server.socket_folder / ".s.PGSQL.5432.lock"]
    with (
        server.lease(),
        subprocess.Popen([*server.programs().prefix, "sleep", "60"]) as newcomer,
    ):
        kill(pid_of(server))
        for lock in locks:
            lines = lock.read_text().splitlines()
            lock.write_text("\n".join([str(newcomer.pid), *lines[1:]]) + "\n")
        try:
            with server.lease():
                assert ask(server, "SELECT 1") == (1,)
        finally:
            newcomer.kill()


def test_dropped_database_is_created_again(server):
    with server.lease():
        ask(server, "DROP DATABASE pressroom", dbname="postgres")
        with server.lease():
            assert ask(server, "SELECT 1") == (1,)


def is_ready_as_another(postmaster, pid):
    return postmaster and postmaster.status == "ready" and postmaster.pid != pid


def wait_for_another(server, pid):
    """Wait until another process serves the folder and accepts connections."""
    deadline = time.monotonic() + PATIENCE
    while not is_ready_as_another(find_postmaster(server.data), pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_server_stopped_with_open_connections_starts_again(server):
    said = []
    with server.lease(said.append), connect(server) as connection:
        told = pid_of(server)
        os.kill(told, signal.SIGTERM)  # waits for the connection to be closed
        wait_for_another(server, told)
        assert ask(server, "SELECT 1") == (1,)
        with pytest.raises(psycopg2.OperationalError):
            connection.cursor().execute("SELECT 1")
    assert "PostgreSQL ended unexpectedly." in said
    assert not server.is_running()


def test_lease_does_not_wait_for_an_unwatched_server(server):
    server.up()
    with connect(server):
        os.kill(pid_of(server), signal.SIGTERM)
        with server.lease():
            assert ask(server, "SELECT 1") == (1,)


def test_server_told_to_stop_that_still_looks_ready_is_started_again(server):
    server.up()
    with connect(server):
        told = pid_of(server)
        os.kill(told, signal.SIGSTOP)  # so that it handles the next signal late
        os.kill(told, signal.SIGTERM)
        threading.Timer(1, os.kill, (told, signal.SIGCONT)).start()
        with server.lease():
            assert ask(server, "SELECT 1") == (1,)


def test_stopped_server_ends_despite_a_stuck_child(server, monkeypatch):
    monkeypatch.setattr("pressroom.infra.db.embedded.server.STOP_TIMEOUT", 3)
    with server.lease(), connect(server) as connection:
        stuck, told = connection.info.backend_pid, pid_of(server)
        os.kill(stuck, signal.SIGSTOP)
        os.kill(told, signal.SIGTERM)
        wait_for_another(server, told)
        assert ask(server, "SELECT 1") == (1,)
