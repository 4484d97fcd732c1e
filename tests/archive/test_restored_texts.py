"""Texts of an export are restored unchanged, or cleaned and reported."""

import pytest
from django.db import connection
from django.utils import timezone

from releases import archive, publishing
from releases.models import (
    AuditEntry,
    ProposedCorrection,
    Release,
    Section,
    Version,
)
from tests.archive.conftest import contents
from tests.conftest import triggers_off


@pytest.mark.django_db(transaction=True)
def test_release_larger_than_any_may_become_comes_back_whole(make_release, empty_archive, tmp_path):
    draft = make_release()
    Section.objects.bulk_create(Section(release=draft, position=n, body="a") for n in range(1, 302))
    AuditEntry.objects.create(release=draft, action="edited", at=timezone.now(), why="a" * 6_000)
    archive.export(tmp_path / "out")
    empty_archive()

    archive.restore(tmp_path / "out")

    assert Section.objects.count() == 301
    assert len(AuditEntry.objects.get().why) == 6_000


@pytest.mark.django_db(transaction=True)
def test_texts_on_record_come_back_as_they_were_written(publish, staff, empty_archive, tmp_path):
    release = publish(title="County Opens")
    content = {**ProposedCorrection.content_of(release.snapshot()), "title": "County Closes"}
    publishing.propose_correction(release, content, "update", "Named.", by=staff("writer"))
    version = release.versions.get()
    version.note = "So\x0b <b>it</b>\u200b was"
    tables = ("releases_version", "releases_auditline", "releases_proposedcorrection")
    with triggers_off(*tables):
        Version.objects.update(note=version.note, sha256=version.digest(""))
        AuditEntry.objects.update(why=version.note, subject="County\u200b &amp; Opens")
        ProposedCorrection.objects.update(note=version.note, content={**content, "body": "\u200b"})
    archive.export(tmp_path / "first")
    empty_archive()

    archive.restore(tmp_path / "first")
    archive.export(tmp_path / "second")

    assert Version.objects.get().note == version.note
    assert contents(tmp_path / "second") == contents(tmp_path / "first")


@pytest.mark.django_db(transaction=True)
def test_text_of_an_older_archive_is_cleaned_and_named(publish, empty_archive, tmp_path):
    release = publish(title="County Opens")
    version = release.versions.get()
    version.snapshot["title"] = "County\x0bOpens"
    with triggers_off("releases_release", "releases_version"), connection.cursor() as cursor:
        cursor.execute("UPDATE releases_release SET title = %s", ["County\x0bOpens"])
        Version.objects.update(snapshot=version.snapshot, sha256=version.digest(""))
    assert archive.export(tmp_path / "out").problems == []
    empty_archive()

    restored = archive.restore(tmp_path / "out")

    assert restored.cleaned == [release.number]
    again = Release.objects.get()
    assert again.title == "County Opens"
    assert again.versions.last().snapshot["title"] == "County Opens"
    assert archive.export(tmp_path / "again").problems == []
