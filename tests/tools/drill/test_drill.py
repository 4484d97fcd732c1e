"""`make drill` runs to completion and reports losses and inconsistencies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from releases.models import Release
from releases.search import worker
from tools.drill import checks
from tools.drill.writers import Confirmed, exports

PROJECT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 300


@pytest.fixture(autouse=True)
def var_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def confirmed(publish, search_index):
    """Confirmed approval of a release."""
    version = publish().versions.get()
    worker.rebuild()
    worker.sync()
    return Confirmed(version.release_id, version.number, version.sha256)


def test_a_short_drill_loses_nothing_and_leaves_nothing(tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    options = ["--faults", "all workers killed", "--times", "1", "--kills", "2"]
    drill = subprocess.run(
        [sys.executable, "-m", "tools.drill", *options, "--json", tmp_path / "table.json"],
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert drill.returncode == 0, drill.stdout + drill.stderr
    faults, kills = json.loads((tmp_path / "table.json").read_text())["tables"]
    assert [row["times"] for row in faults["rows"]] == [1]
    assert [row["times"] for row in kills["rows"]] == [1, 1, 0, 0, 0]
    assert all(row["lost"] == row["wrong"] == 0 for row in faults["rows"] + kills["rows"])
    assert [*temporary.iterdir()] == []


def test_consistent_archive_has_no_findings(confirmed):
    assert [*checks.lost([confirmed]), *checks.wrong()] == []


def test_planted_loss_is_found(confirmed):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE releases_version DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM releases_version")

    assert "Version 1" in " ".join(checks.lost([confirmed]))
    assert "its last version is None" in " ".join(checks.wrong())


def test_planted_change_of_the_past_is_found(confirmed):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE releases_version DISABLE TRIGGER USER")
        cursor.execute("UPDATE releases_version SET note = 'never said'")

    assert "was altered" in " ".join(checks.wrong())


def test_withdrawal_that_bypasses_actions_is_found(confirmed):
    Release.objects.update(status="withdrawn", status_reason="Error.")

    assert "Index and database differ." in checks.wrong()
    assert "is withdrawn, but its last version is issued" in " ".join(checks.wrong())


def test_incomplete_or_missing_export_is_found(confirmed):
    torn = exports() / "torn"
    torn.mkdir()

    assert "torn is incomplete" in " ".join(checks.wrong())
    assert "torn is gone" in " ".join(checks.lost([Confirmed(export=str(torn))]))
