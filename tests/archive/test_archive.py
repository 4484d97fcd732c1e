"""Export and restore, and their errors."""

import hashlib
import json
import subprocess
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from releases import archive
from releases.archive.tables import TABLES
from releases.media import stored_files
from releases.models import (
    AuditEntry,
    Release,
    SearchChange,
    Synonym,
    Topic,
    Version,
)
from tests.archive.conftest import contents, rewrite
from tests.conftest import triggers_off

either_storage = pytest.mark.usefixtures("either_storage")

THROUGH = {"User", "Release_topics", "ReleaseTemplate_topics", "Journalist_tags"}
LEFT_OUT = {  # rebuilt, or kept for days only
    *("SearchChange", "OutgoingMail", "VocabularyWord", "SimilarReleases", "Upload"),
    *("PublicChange", "RenderedPage"),
    *("WorkingCopy", "DraftState", "SentForm", "Presence"),
    *("ImportRun", "ImportedRecord"),
    *("StaffSettings", "Invitation", "MissedAddress", "MissedSearch"),
    # E-mail addresses stay on the site that they were given to.
    *("Subscriber", "Subscription", "EndedAddress", "ReceivedRelease"),
    *("Announcement", "DigestRun", "OutgoingCall"),
    *("Journalist", "PressTag", "PressMailing", "PressRecipient"),
    "Comment",  # for staff only, and no part of the record
}


@either_storage
def test_export_of_a_restored_archive_is_identical(full_archive, empty_archive, tmp_path):
    archive.export(tmp_path / "first")
    empty_archive()
    archive.restore(tmp_path / "first")
    archive.export(tmp_path / "second")

    assert contents(tmp_path / "second") == contents(tmp_path / "first")


def test_every_table_of_the_archive_has_rows_in_the_tested_export(full_archive, tmp_path):
    exported = archive.export(tmp_path / "out")

    assert exported.problems == []
    assert [table.name for table in TABLES if not exported.counts[table.name]] == []
    assert exported.counts["files"] > 2


def test_every_model_is_exported_or_can_be_rebuilt():
    models = {model.__name__ for model in apps.get_app_config("releases").get_models()}

    assert models == {t.model.__name__ for t in TABLES} - THROUGH | LEFT_OUT


def test_sha256sum_finds_the_export_whole(full_archive, tmp_path):
    archive.export(tmp_path / "out")

    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path / "out").returncode == 0
    listed = (tmp_path / "out" / "SHA256SUMS").read_text().splitlines()
    assert len(listed) == len(contents(tmp_path / "out")) - 1


def test_restored_archive_is_public_and_waits_to_be_indexed(
    client, full_archive, empty_archive, tmp_path
):
    address = Release.objects.get(versions__kind="correction").get_absolute_url()
    embargoed = Release.objects.get(title="Not yet")
    archive.export(tmp_path / "out")
    empty_archive()
    archive.restore(tmp_path / "out")

    assert client.get(address).status_code == 200
    waiting = SearchChange.objects.filter(due_at__lte=timezone.now()).values_list(
        "release", flat=True
    )
    assert set(waiting) == set(Release.objects.published().values_list("pk", flat=True))
    assert SearchChange.objects.get(release=embargoed.pk).due_at == embargoed.release_at


def test_proposed_moment_comes_back(make_release, in_an_hour, empty_archive, tmp_path):
    make_release(proposed_release_at=in_an_hour)
    archive.export(tmp_path / "out")
    empty_archive()
    archive.restore(tmp_path / "out")

    assert Release.objects.get().proposed_release_at == in_an_hour


def test_synonyms_of_a_new_database_make_room_for_the_exported_ones(exported):
    Synonym.objects.create(words="shipped, standard")

    archive.restore(exported)

    assert Synonym.objects.get().words == "cell phone, mobile phone"


def test_rows_made_after_a_restore_get_new_keys(
    full_archive, empty_archive, make_release, tmp_path
):
    archive.export(tmp_path / "out")
    deleted = AuditEntry.objects.get(action="deleted").release_id
    empty_archive()
    archive.restore(tmp_path / "out")

    assert make_release().pk > deleted
    assert Topic.objects.create(name="New", slug="new").pk > 1


def test_accounts_come_back_with_their_roles_and_without_passwords(
    full_archive, empty_archive, tmp_path
):
    rights = User.objects.get(username="Ana").get_all_permissions()
    archive.export(tmp_path / "out")
    empty_archive()
    archive.restore(tmp_path / "out")

    ana = User.objects.get(username="Ana")
    assert ana.groups.get().name == "publisher"
    assert ana.get_all_permissions() == rights
    assert not ana.has_usable_password()
    assert not any(b"password" in data for data in contents(tmp_path / "out").values())


def test_export_is_of_one_moment(full_archive, tmp_path):
    def publish_elsewhere():
        Topic.objects.create(name="Too late", slug="too-late")
        connection.close()

    def watch(what, count):
        if what == "accounts":
            thread = threading.Thread(target=publish_elsewhere)
            thread.start()
            thread.join()

    archive.export(tmp_path / "out", watch)

    assert Topic.objects.filter(slug="too-late").exists()
    assert "too-late" not in (tmp_path / "out" / "topics.jsonl").read_text()


def test_interrupted_export_leaves_nothing(full_archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()

    def interrupt(what, count):
        if what == "versions":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.export(folder / "out", interrupt)

    assert list(folder.iterdir()) == []


@either_storage
def test_interrupted_restore_leaves_an_empty_archive(full_archive, empty_archive, tmp_path):
    archive.export(tmp_path / "out")
    empty_archive()

    def interrupt(what, count):
        if what == "audit_lines":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.restore(tmp_path / "out", interrupt)
    assert not Release.objects.exists()

    archive.restore(tmp_path / "out")
    assert Release.objects.exists()


def test_export_refuses_an_existing_folder(db, tmp_path):
    with pytest.raises(archive.UnusableArchiveError, match="already exists"):
        archive.export(tmp_path)


@either_storage
def test_damaged_stored_file_is_reported_and_exported(full_archive, tmp_path):
    damaged, missing = [n for n in stored_files.list_names(default_storage) if n.endswith(".jpg")][
        :2
    ]
    for name in (damaged, missing):
        default_storage.delete(name)
    default_storage.save(damaged, ContentFile(b"not what it was"))

    troubles = archive.export(tmp_path / "out").problems

    assert any(damaged in t and "SHA-256 does not match" in t for t in troubles)
    assert any(missing in t and "is missing" in t for t in troubles)


@either_storage
def test_unreferenced_stored_file_is_exported(full_archive, empty_archive, tmp_path):
    default_storage.save("0123/replaced.jpg", ContentFile(b"an earlier picture"))
    archive.export(tmp_path / "out")
    empty_archive()
    archive.restore(tmp_path / "out")

    with default_storage.open("0123/replaced.jpg") as file:
        assert file.read() == b"an earlier picture"


def refusal(folder: Path) -> str:
    with pytest.raises(archive.UnusableArchiveError) as refused:
        archive.restore(folder)
    assert not Release.objects.exists()
    assert not User.objects.exists()
    return str(refused.value)


def test_changed_file_is_named(exported):
    path = exported / "releases.jsonl"
    path.write_bytes(path.read_bytes().replace(b"records", b"recards"))

    assert "releases.jsonl was altered" in refusal(exported)


def test_missing_file_is_named(exported):
    (exported / "topics.jsonl").unlink()

    assert "topics.jsonl cannot be read" in refusal(exported)


def test_unlisted_table_is_named(exported):
    sums = exported / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    sums.write_text("".join(line for line in lines if "sections.jsonl" not in line))

    assert "lacks sections.jsonl" in refusal(exported)


def test_unlisted_stored_file_is_noticed(exported):
    sums = exported / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    lines.remove(next(line for line in lines if "  files/" in line))
    sums.write_text("".join(lines))

    assert "files: get an intact copy" in refusal(exported)


def test_unknown_format_version_is_named(exported):
    rewrite(exported, "manifest.json", b'"version": 1', b'"version": 2')

    assert "format version 2; this Pressroom reads version 1" in refusal(exported)


def test_folder_without_an_export_is_named(transactional_db, tmp_path):
    assert "has no readable manifest.json" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "files/../../secret", "files/link"])
def test_path_outside_the_folder_is_refused(exported, name):
    (exported.parent / "secret").write_text("secret")
    (exported / "files" / "link").symlink_to(exported.parent / "secret")
    digest = hashlib.sha256(b"secret").hexdigest()
    with (exported / "SHA256SUMS").open("a") as sums:
        sums.write(f"{digest}  {name}\n")

    assert f"{name}, which is outside of the folder" in refusal(exported)


def test_restore_overwrites_no_release_in_any_state(full_archive, tmp_path):
    archive.export(tmp_path / "export")
    Release.objects.update(updated_at=timezone.now())
    rows = list(Release.objects.order_by("pk").values())
    assert {"draft", "approved", "withdrawn"} <= {row["status"] for row in rows}

    with pytest.raises(archive.UnusableArchiveError, match="not empty"):
        archive.restore(tmp_path / "export")

    assert list(Release.objects.order_by("pk").values()) == rows


def test_nonempty_archive_is_unchanged(full_archive, tmp_path):
    archive.export(tmp_path / "out")
    before = Version.objects.count()

    with pytest.raises(archive.UnusableArchiveError, match=r"not empty.*accounts\.jsonl"):
        archive.restore(tmp_path / "out")

    assert Version.objects.count() == before


def test_changed_version_with_a_right_checksum_breaks_the_chain(exported):
    rewrite(exported, "versions.jsonl", b"Two offices, not one.", b"Nothing was changed.")

    assert "Version 2 of release" in refusal(exported)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("topics.jsonl", b'"name"', b'"nickname"', "unknown columns: nickname"),
        ("topics.jsonl", b'"id":', b'"slug":', "lacks its id"),
        ("topics.jsonl", b"{", b"", "topics.jsonl line 1 is not JSON"),
        ("releases.jsonl", b'"date":"2024-05-14"', b'"date":"soon"', "releases.jsonl lines 1 to"),
        ("releases.jsonl", b'"status":"approved"', b'"status":"withdrawn"', "has_reason"),
        (
            "sections.jsonl",
            b'"release_id":',
            b'"release_id":9',
            "differs from its last version",
        ),
        ("roles.jsonl", b"add_release", b"own_release", "permission releases.release.own_release"),
    ],
)
def test_invalid_row_is_named(exported, name, old, new, sentence):
    rewrite(exported, name, old, new)

    assert sentence in refusal(exported)


@either_storage
def test_stored_file_with_other_content_is_not_overwritten(exported):
    name = next(iter(sorted((exported / "files").rglob("original"))))
    stored = str(name.relative_to(exported / "files"))
    default_storage.save(stored, ContentFile(b"somebody else's"))

    assert "The storage already has a different file" in refusal(exported)
    with default_storage.open(stored) as file:
        assert file.read() == b"somebody else's"


def test_release_differing_from_its_last_version_is_refused(exported):
    rewrite(exported, "releases.jsonl", b"County Opens", b"County Burns")

    assert "differs from its last version" in refusal(exported)


def test_file_with_a_checksum_other_than_its_row_is_refused(exported):
    sha256 = json.loads((exported / "images.jsonl").read_text().splitlines()[0])["sha256"]
    rewrite(exported, "images.jsonl", sha256.encode(), b"0" * 64)

    assert "does not match the checksum in its row" in refusal(exported)


@pytest.mark.django_db(transaction=True)
def test_release_changed_past_the_actions_is_exported_and_named(publish, tmp_path):
    release = publish()
    with triggers_off("releases_release"):
        Release.objects.filter(pk=release.pk).update(title="Past the actions")

    troubles = archive.export(tmp_path / "out").problems

    assert [t for t in troubles if f"Release {release.number} differs" in t]
