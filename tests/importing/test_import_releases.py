"""manage.py import_releases, on the accord and on odd files."""

import datetime
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from releases.models import Release, SearchChange, Version

PROJECT = Path(__file__).resolve().parents[2]
ACCORD = PROJECT / "fixtures" / "harris-morales-accord.txt"
RELEASE = """County Opens a Records Office

Tuesday, May 14, 2024
Contact: (555) 010-0100

SPRINGFIELD -- The county opened a records office today.

# # #
"""


def run(*paths, **options) -> None:
    call_command("import_releases", *map(str, paths), **options)


@pytest.fixture
def archive(tmp_path):
    """A folder of odd files; a good one sorts last."""
    (tmp_path / "a-empty.txt").write_bytes(b"")
    (tmp_path / "b-binary.txt").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "c-windows.txt").write_bytes(
        RELEASE.replace("SPRINGFIELD", "CAÑADA").encode("cp1252")
    )
    (tmp_path / "d-twin.txt").write_text(RELEASE)
    (tmp_path / "e-twin.txt").write_text(RELEASE)
    return tmp_path


def test_accord_is_stored_as_printed(db):
    run(ACCORD, approve=True)

    release = Release.objects.published().get()
    expected = json.loads((PROJECT / "fixtures/harris-morales-accord.expected.json").read_text())
    assert release.number == "2012-0001"
    assert release.date == datetime.date(2012, 9, 21)
    assert release.contact == "(916) 210-6000,"
    assert release.dateline == "LOS ANGELES"
    assert release.title == expected["title"]
    assert release.body == "\n\n".join(expected["body"])
    assert release.end_mark == "# # #"
    assert [(s.kind, s.heading, s.body) for s in release.sections.all()] == [
        ("resources", "", "For more information on human trafficking, visit")
    ]
    assert release.source_text == ACCORD.read_text()


def test_second_run_changes_nothing(db, capsys):
    run(ACCORD, approve=True)
    before = Release.objects.values().get()
    queued = SearchChange.objects.count()

    run(ACCORD, approve=True)

    assert Release.objects.values().get() == before
    assert SearchChange.objects.count() == queued
    assert "1 unchanged" in capsys.readouterr().out


def test_bad_files_are_listed_and_the_rest_imported(db, archive, capsys):
    with pytest.raises(CommandError):
        run(archive, approve=True)

    said = capsys.readouterr().out
    assert "a-empty.txt\n  source_text: It is empty." in said
    assert "b-binary.txt\n  source_text: It is binary data" in said
    assert "2 created, 1 unchanged, 2 rejected" in said
    assert Release.objects.count() == 2


def test_badly_encoded_file_is_imported_with_its_accents(db, archive):
    run(archive / "c-windows.txt", approve=True)

    assert Release.objects.get().dateline == "CAÑADA"


def test_rejected_files_are_rejected_again(db, archive, capsys):
    for _ in range(2):
        with pytest.raises(CommandError):
            run(archive / "a-empty.txt")

    assert capsys.readouterr().out.count("It is empty.") == 2


def test_undated_release_becomes_a_draft_without_a_number(db, tmp_path):
    path = tmp_path / "undated.txt"
    path.write_text(RELEASE.replace("Tuesday, May 14, 2024\n", ""))

    run(path, approve=True)

    release = Release.objects.get()
    assert (release.status, release.number) == ("draft", None)
    assert [each["field"] for each in release.import_warnings] == ["date"]


def test_release_with_a_future_date_becomes_a_draft(db, tmp_path):
    path = tmp_path / "future.txt"
    path.write_text(RELEASE.replace("Tuesday, May 14, 2024", "May 14, 2098"))

    run(path, approve=True)

    release = Release.objects.get()
    assert (release.status, release.number) == ("draft", None)
    assert "is in the future" in release.import_warnings[-1]["message"]


def test_releases_stay_drafts_without_approve(db):
    run(ACCORD)

    assert Release.objects.get().status == "draft"
    assert not Release.objects.published().exists()


def test_report_lists_each_file_as_json(db, archive, tmp_path):
    report = tmp_path / "report.json"
    with pytest.raises(CommandError):
        run(archive, approve=True, report=report)

    rows = {Path(row["source"]).name: row for row in json.loads(report.read_text())}
    assert rows["a-empty.txt"]["outcome"] == "rejected"
    assert rows["d-twin.txt"]["fields"] == {
        "title": "County Opens a Records Office",
        "date": "2024-05-14",
        "contact": "(555) 010-0100",
        "dateline": "SPRINGFIELD",
        "paragraphs": 1,
        "end_mark": "# # #",
        "language": "en",
    }


def test_no_file_is_a_failure(db, tmp_path):
    with pytest.raises(CommandError):
        run(tmp_path)


def test_fixture_has_the_same_release_as_the_import(db):
    call_command("loaddata", "accord", verbosity=0)
    loaded = Release.objects.published().get()
    versions = [version.sha256 for version in loaded.versions.all()]

    run(ACCORD, approve=True)

    assert Release.objects.get() == loaded
    assert versions == [loaded.next_version("issued", at=loaded.release_at).sha256]


def test_fixture_loads_over_the_import_and_changes_nothing(db):
    run(ACCORD, approve=True)
    before = Release.objects.values("pk", "number", "body", "status", "release_at").get()
    versions = list(Version.objects.values())

    for _ in range(2):
        call_command("loaddata", "accord", verbosity=0)

    assert Release.objects.values("pk", "number", "body", "status", "release_at").get() == before
    assert list(Version.objects.values()) == versions


@pytest.mark.parametrize("data", [b"caf\xe9 \x81", b"a \0 null", "Ibáñez".encode("utf-16")])
def test_source_can_be_restored_byte_for_byte(db, tmp_path, data):
    path = tmp_path / "source.txt"
    path.write_bytes(data)

    run(path)

    release = Release.objects.get()
    kept = release.source_bytes or release.source_text.encode(release.source_encoding)
    assert bytes(kept) == data


def test_report_counts_paragraphs_above_the_end_mark(db, tmp_path):
    report = tmp_path / "report.json"

    run(ACCORD, report=report)

    [row] = json.loads(report.read_text())
    assert row["fields"]["paragraphs"] == 10


def test_dry_run_shows_what_would_happen_and_changes_nothing(db, archive, capsys, tmp_path):
    report = tmp_path / ".report.json"
    with pytest.raises(CommandError):
        run(archive, approve=True, dry_run=True, report=report)

    said = capsys.readouterr().out
    assert "2 created, 1 unchanged, 2 rejected" in said
    assert "nothing was changed" in said
    numbers = [outcome["number"] for outcome in json.loads(report.read_text())]
    assert numbers == [None, None, "2024-0001", "2024-0002", "2024-0002"]
    assert not Release.objects.exists()
    assert not SearchChange.objects.exists()

    run(ACCORD, archive / "d-twin.txt", approve=True)

    assert set(Release.objects.values_list("number", flat=True)) == {"2012-0001", "2024-0001"}


def test_release_without_warnings_is_only_counted(db, archive, capsys):
    run(archive / "d-twin.txt", approve=True)

    said = capsys.readouterr().out
    assert "1 created" in said
    assert "d-twin.txt" not in said

    run(archive / "d-twin.txt", approve=True, verbosity=2)

    assert "unchanged 2024-0001: " in capsys.readouterr().out


def test_warnings_are_counted_by_kind(db, archive, capsys):
    (archive / "f-windows.txt").write_bytes(
        RELEASE.replace("today", "today in Cañada").encode("cp1252")
    )

    run(archive / "c-windows.txt", archive / "f-windows.txt")

    assert "       2 × source_text: encoding" in capsys.readouterr().out


def test_progress_is_shown_on_a_terminal_only(db, archive, capsys, monkeypatch):
    run(archive / "d-twin.txt")
    assert capsys.readouterr().err == ""

    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    run(archive / "d-twin.txt")

    assert "1/1" in capsys.readouterr().err


def test_command_acts_as_the_system(db, archive, capsys):
    run(archive / "d-twin.txt")

    assert "as the system" in capsys.readouterr().out
    line = Release.objects.get().audit_entries.get()
    assert (line.by, line.who) == (None, "The system")
    assert line.origin == "manage.py import_releases, as the system"


def test_report_that_cannot_be_written_is_named_before_anything_is_imported(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        run(ACCORD, report=tmp_path)

    assert not Release.objects.exists()
