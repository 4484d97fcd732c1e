"""Pictures with alt text in documents, pages and mail become images of the release."""

import base64
import email.message

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from tests.importing.formats.test_written_by_libreoffice import FOLDER
from tests.media.samples import encoded, moving, photograph, two_halves

TEXT = "<h1>Lamps Are Lit</h1><p>May 14, 2024</p><p>OAKFIELD – The lamps are lit today.</p>"
GIF = base64.b64encode(moving("GIF")).decode()
PHOTO = photograph(size=(60, 40))

pytestmark = pytest.mark.django_db


def load(records):
    [outcome] = Loader(approve=True).load(list(records))
    told = " ".join(warning.message for warning in outcome.warnings)
    return outcome.release, told


def load_page(tmp_path, html):
    page = tmp_path / "www.lamps.example" / "news" / "1.html"
    page.parent.mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(PHOTO)
    (page.parent / "lamp.jpg").write_bytes(PHOTO)
    page.write_text(TEXT + html)
    return load(formats.read_files([page]))


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_picture_of_a_document_is_in_its_version(suffix):
    release, told = load(formats.read_files([FOLDER / f"muelle.{suffix}"]))

    [image] = release.images.all()
    assert (image.alt, image.width) == ("Un muelle azul sobre el río", 48)
    assert [each["alt"] for each in release.versions.get().snapshot["images"]] == [image.alt]
    assert "picture" not in told


def test_picture_next_to_a_page_has_its_caption(tmp_path):
    figure = "<figure><img src='/news/lamp.jpg?w=9' alt='A lamp'>"
    release, told = load_page(tmp_path, f"{figure}<figcaption>By night</figcaption></figure>")

    [image] = release.images.all()
    assert (image.alt, image.caption) == ("A lamp", "By night")
    assert "By night" not in told


@pytest.mark.parametrize(
    "image",
    [
        "<img src='lamp.jpg'>",
        "<img alt='A lamp' src='gone.jpg'>",
        "<img alt='A lamp' src='../../secret.jpg'>",
        "<img alt='A lamp' src='https://elsewhere.example/lamp.jpg'>",
        "<img alt='A lamp' src='http://[/lamp.jpg'>",
        f"<img alt='A lamp' src='data:image/gif;base64,{GIF}'>",
    ],
)
def test_picture_that_cannot_be_imported_is_named(tmp_path, image):
    release, told = load_page(tmp_path, image)

    assert not release.images.exists()
    assert ("lamp.jpg" if "alt" not in image else "A lamp") in told


def test_pictures_are_bounded(tmp_path):
    data = base64.b64encode(encoded(two_halves(size=(4, 4)), "PNG")).decode()
    pictures = (f"<img alt='Lamp {n}' src='data:image/png;base64,{data}'>" for n in range(21))
    [record] = formats.read_all([InputFile("a.html", (TEXT + "".join(pictures)).encode())])

    assert len(record.pictures) == 20
    assert "Lamp 20" in " ".join(each.message for each in record.parsed.warnings)


def test_broken_picture_is_named(tmp_path):
    data = base64.b64encode(PHOTO[:200]).decode()
    release, told = load_page(tmp_path, f"<img alt='A lamp' src='data:image/jpeg;base64,{data}'>")

    assert not release.images.exists()
    assert "“A lamp” was not imported" in told


def test_picture_in_a_mail_is_no_attachment():
    message = email.message.EmailMessage()
    message["Subject"], message["Message-ID"], message["From"] = "Lamps", "<1@a>", "a@b.example"
    message.set_content(TEXT + "<img alt='A lamp' src='cid:lamp@a'>", subtype="html")
    message.add_related(PHOTO, "image", "jpeg", cid="<lamp@a>", filename="lamp.jpg")

    release, told = load(formats.read_all([InputFile("a.eml", message.as_bytes())]))

    assert [image.alt for image in release.images.all()] == ["A lamp"]
    assert "lamp.jpg" not in told
