"""Only orphaned files are removed, and only after a day."""

import datetime
import os
import tempfile
import time
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from releases import publishing
from releases.media import orphaned_files
from releases.media.intake import FOLDER_PREFIX

KEY = "0" * 32

pytestmark = pytest.mark.usefixtures("either_storage")


@pytest.fixture
def tomorrow():
    return timezone.now() + datetime.timedelta(days=1, minutes=1)


def keys(at):
    return [orphan.key for orphan in orphaned_files.find_orphans(at)]


def test_unreferenced_file_is_found_after_a_day(db, tomorrow):
    default_storage.save(f"{KEY}/original", ContentFile(b"x"))

    assert keys(timezone.now()) == []
    assert keys(tomorrow) == [KEY]


def test_key_into_which_a_file_came_within_a_day_waits(db):
    first = default_storage.save(f"{KEY}/original", ContentFile(b"x"))
    at = (
        default_storage.get_modified_time(first)
        + orphaned_files.MIN_AGE
        + datetime.timedelta(seconds=0.5)
    )
    assert keys(at) == [KEY]

    time.sleep(1.1)  # buckets store times in whole seconds
    default_storage.save(f"{KEY}/480.jpg", ContentFile(b"x"))

    assert keys(at) == []


def test_referenced_files_and_earlier_uploads_stay(
    make_release, attach_image, attach_pdf, tomorrow
):
    release = make_release()
    attach_image(release)
    document = attach_pdf(release, "text")
    default_storage.save(f"{document.key}/original", ContentFile(b"an earlier one"))

    assert keys(tomorrow) == []


def test_deleted_picture_of_a_draft_is_found(make_release, attach_image, tomorrow):
    image = attach_image(make_release())
    image.delete()

    assert keys(tomorrow) == [image.key]


def test_files_of_the_history_stay_for_ever(make_release, attach_image, attach_pdf, tomorrow):
    release = make_release()
    files = [attach_image(release), attach_pdf(release, "text")]
    publishing.approve(release, timezone.now())
    for file in files:
        file.delete()

    assert keys(tomorrow) == []


def test_foreign_files_are_left_alone(db, tomorrow):
    default_storage.save("notes/read-me.txt", ContentFile(b"x"))
    default_storage.save("top.txt", ContentFile(b"x"))

    assert keys(tomorrow) == []


def run(**options):
    out = StringIO()
    call_command("sweep_files", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def temporary(tmp_path, monkeypatch, tomorrow):
    """A temporary folder with an old, a new and a foreign folder, a day later."""
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in (f"{FOLDER_PREFIX}old", f"{FOLDER_PREFIX}new", "upload-of-others"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "original").touch()
        moment = tomorrow.timestamp() if name.endswith("new") else 0
        os.utime(tmp_path / name, (moment, moment))
    return tmp_path


def test_command_lists_and_removes_only_on_request(db, temporary):
    default_storage.save(f"{KEY}/original", ContentFile(b"four"))

    listed = run()
    assert f"{KEY}: 1 file, 4 bytes" in listed
    assert "2 found. Use --remove" in listed
    assert default_storage.exists(f"{KEY}/original")

    assert "2 removed." in run(remove=True)
    assert default_storage.listdir("") == ([], [])
    assert not (temporary / f"{FOLDER_PREFIX}old").exists()
    assert (temporary / f"{FOLDER_PREFIX}new").exists()
    assert (temporary / "upload-of-others").exists()
    assert "no orphaned files" in run()


def test_empty_storage_is_nothing_to_sweep(db, temporary):
    (temporary / f"{FOLDER_PREFIX}old" / "original").unlink()
    (temporary / f"{FOLDER_PREFIX}old").rmdir()

    assert "no orphaned files" in run()
