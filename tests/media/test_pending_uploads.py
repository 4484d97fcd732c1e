"""Uploads kept between submissions return only to their sender, for a limited time."""

import datetime

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from releases.media import intake, orphaned_files, pending_uploads
from releases.media.pending_uploads import UploadExpiredError
from tests.media import samples

OWNER = "person 5, images of release 12"

pytestmark = pytest.mark.usefixtures("either_storage")


def keys():
    return default_storage.listdir("")[0]


def test_upload_comes_back_as_it_was():
    picture = intake.prepare_image(samples.upload(samples.photograph(), "door.jpg"))

    back = pending_uploads.fetch(pending_uploads.store(picture, OWNER), OWNER)

    assert (back.name, back.byte_size, back.sha256) == ("door.jpg", picture.byte_size, back.sha256)
    assert back.found == picture.found
    for name in ("original", *(rendition["name"] for rendition in picture.found["renditions"])):
        assert back.path(name).read_bytes() == picture.path(name).read_bytes()


def test_folder_is_deleted_with_the_restored_files():
    document = intake.prepare_pdf(samples.upload(samples.pdf("text"), "a.pdf"))
    back = pending_uploads.fetch(pending_uploads.store(document, OWNER), OWNER)
    folder = back.folder

    del back

    assert not folder.exists()


@pytest.mark.parametrize("owner", ["person 6, images of release 12", "person 5, images of 1"])
def test_handle_is_of_its_person_and_form(owner):
    handle = pending_uploads.store(
        intake.prepare_pdf(samples.upload(samples.pdf("text"), "a.pdf")), OWNER
    )

    with pytest.raises(UploadExpiredError, match="choose it again"):
        pending_uploads.fetch(handle, owner)


@pytest.mark.parametrize("handle", ["", "x", "ImEi:1:x", "\0", "é" * 5000])
def test_invalid_handle_is_refused(handle):
    with pytest.raises(UploadExpiredError):
        pending_uploads.fetch(handle, OWNER)


def test_handle_expires(monkeypatch):
    handle = pending_uploads.store(
        intake.prepare_pdf(samples.upload(samples.pdf("text"), "a.pdf")), OWNER
    )
    monkeypatch.setattr(pending_uploads, "LIFETIME", datetime.timedelta(seconds=-1))

    with pytest.raises(UploadExpiredError):
        pending_uploads.fetch(handle, OWNER)


def test_sweeping_removes_it_once_its_handle_has_expired(db):
    handle = pending_uploads.store(
        intake.prepare_pdf(samples.upload(samples.pdf("text"), "a.pdf")), OWNER
    )
    assert pending_uploads.LIFETIME < orphaned_files.MIN_AGE

    for orphan in orphaned_files.find_orphans(
        timezone.now() + orphaned_files.MIN_AGE + datetime.timedelta(minutes=1)
    ):
        orphan.remove()

    with pytest.raises(UploadExpiredError):
        pending_uploads.fetch(handle, OWNER)
