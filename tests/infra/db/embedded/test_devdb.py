"""`manage.py devdb`: the embedded PostgreSQL by hand."""

import pytest
from django.core.management import CommandError, call_command

from tests.infra.db.embedded.servers import pid_of


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
