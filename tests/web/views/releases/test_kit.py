"""The media kit."""

import hashlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image as Picture

from releases import publishing
from tests.web.views.conftest import body

either_storage = pytest.mark.usefixtures("either_storage")


@either_storage
def test_kit_has_text_pictures_documents_credits_and_checksums(client, report):
    with ZipFile(BytesIO(body(client.get(f"/releases/{report.number}/kit.zip")))) as kit:
        assert kit.testzip() is None
        files = {name: kit.read(name) for name in kit.namelist()}

    number = report.number
    assert set(files) == {
        f"{number}.txt",
        "credits.txt",
        f"{number}-image-1.jpg",
        f"{number}-document-1.pdf",
        "SHA256SUMS",
    }
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert "The county opened a records office" in files[f"{number}.txt"].decode()
    assert "Credit: Photo: Jane Roe" in files["credits.txt"].decode()


def test_picture_in_the_kit_is_full_size_labeled_and_without_personal_tags(client, report):
    with ZipFile(BytesIO(body(client.get(f"/releases/{report.number}/kit.zip")))) as kit:
        data = kit.read(f"{report.number}-image-1.jpg")

    with Picture.open(BytesIO(data)) as picture:
        picture.load()
        assert picture.size == (800, 1200)
        assert b"<photoshop:Credit>Photo: Jane Roe</photoshop:Credit>" in picture.info["xmp"]
    assert b"Private Person" not in data


@either_storage
def test_kit_has_the_same_bytes_each_time(client, report):
    address = f"/releases/{report.number}/kit.zip"

    assert body(client.get(address)) == body(client.get(address))


def test_kit_costs_three_queries(client, report, django_assert_num_queries):
    address = f"/releases/{report.number}/kit.zip"
    client.get(address)  # prepares the statement

    with django_assert_num_queries(3):  # one for each kind of file
        client.get(address)


def test_withdrawn_release_has_no_kit(client, report):
    publishing.withdraw(report, "It was wrong.")

    assert client.get(f"/releases/{report.number}/kit.zip").status_code == 404
