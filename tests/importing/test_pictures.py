"""Pictures with alt text in documents, pages and mail become images of the release."""

import base64
import email.message
import io

import pytest
from fpdf import FPDF

from releases.content import rich_text
from releases.importing import formats
from releases.importing.converters import rtf
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.importing.records import RejectedRecord
from tests.importing.formats.documents import zipped
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


@pytest.mark.parametrize("suffix", ["docx", "odt", "rtf"])
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


ALT = r"{\sp{\sn wzDescription}{\sv A lamp \u8211\'96 lit}}"
SHAPE = (r"{\shp{\*\shpinst ALT{\sp{\sn pib}{\sv PICT}}}{\shprslt{\pict\wmetafile8 00}}}").replace(
    "ALT", ALT
)


PICT = r"{\pict{\*\picprop ALT}\jpegblip HEX}".replace("ALT", ALT).replace(
    "HEX", PHOTO.hex("\n", 64)
)
BINARY = r"\bin0".replace("0", str(len(PHOTO))) + " " + PHOTO.decode("latin-1")


@pytest.mark.parametrize(
    "picture",
    [
        r"{\*\shppict " + PICT + r"}{\nonshppict{\pict\wmetafile8 00}}",
        SHAPE.replace("PICT", r"{\pict\jpegblip " + PHOTO.hex() + "}"),
        r"{\pict{\*\picprop" + ALT + r"}\jpegblip" + BINARY + "}",
    ],
    ids=["inline", "shape", "binary"],
)
def test_picture_in_rich_text_has_its_alt_text(picture):
    text = r"{\rtf1\ansi{\header PICT}Lamps Are Lit\par May 14, 2024\par The lamps are lit.\par "

    release, told = load(
        formats.read_all(
            [
                InputFile(
                    "a.rtf", (text.replace("PICT", PICT) + picture + " Today.}").encode("latin-1")
                )
            ]
        )
    )

    assert [image.alt for image in release.images.all()] == ["A lamp – lit"]
    assert "Today." in release.body
    assert "picture" not in told


def test_text_boxes_of_rich_text_are_read():
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt\pard In a box.\par}}{\shprslt Again.}}"
    old = r"{\*\do\dptxbx{\dptxbxtext\pard In an old box.\par}}"
    row = r"\trowd\pard\intbl %s\cell %s\cell\row"
    rows = (row % (f"Kind{box}", "Lamps")) + (row % ("Oil", "412"))
    text = r"{\rtf1 Lamps Are Lit\par " + rows + r"\pard It " + old + "ends.}"

    [extract] = rtf.convert(text.encode(), "a.rtf")

    assert [rich_text.plain(block) for block in extract.blocks] == [
        *("Lamps Are Lit", "In a box.", "Kind Lamps Oil 412", "In an old box.", "It ends."),
    ]


LINES = ("Lamps Are Lit", "May 14, 2024", "OAKFIELD - The lamps are lit today.")


def portable(*pictures, pages=1):
    document = FPDF()
    for _ in range(pages):
        document.add_page()
        document.set_font("Helvetica", size=12)
        for line in LINES if document.page_no() == 1 else ["They are lit for the whole night."]:
            document.multi_cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
        for alt, size in pictures:
            document.image(io.BytesIO(encoded(two_halves(size=size), "PNG")), alt_text=alt)
    return InputFile("a.pdf", bytes(document.output()))


def test_pictures_with_alt_text_of_a_pdf_are_images():
    pictures = [("A lamp", (60, 40)), (None, (50, 40)), ("A dot", (9, 9))]

    release, told = load(formats.read_all([portable(*pictures)]))

    assert [(image.alt, image.width) for image in release.images.all()] == [("A lamp", 60)]
    assert "picture, picture “A dot”" in told


def test_pictures_of_a_pdf_are_found_by_their_place():
    """Read a PDF as LibreOffice writes it."""
    release, told = load(formats.read_files([FOLDER / "lamps.pdf"]))

    assert {image.alt for image in release.images.all()} == {"A lamp – büro", "A floating jpeg"}
    assert "picture" not in told


def test_logo_on_each_page_of_a_pdf_is_only_named():
    [record] = formats.read_all([portable(("Our logo", (60, 40)), pages=2)])

    assert record.pictures == ()
    assert "picture “Our logo”" in " ".join(each.message for each in record.parsed.warnings)


WITHIN = f"data:image/jpeg;base64,{base64.b64encode(PHOTO).decode()}"
RSS = """<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="w">
<channel><link>https://www.lamps.example</link><item><title>Lamps Are Lit</title>
<link>https://www.lamps.example/?p=7</link><pubDate>Tue, 14 May 2024 09:00:00 +0000</pubDate>{}
<content:encoded><![CDATA[<p>OAKFIELD – The lamps are lit today.</p>
<figure><img src="{}" alt="A lamp"><figcaption>By night</figcaption></figure>]]></content:encoded>
</item></channel></rss>"""
POST = "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status>"


@pytest.mark.parametrize("about", ["", POST])
def test_picture_within_a_feed_has_its_caption(about):
    release, told = load(formats.read_all([InputFile("a.xml", RSS.format(about, WITHIN).encode())]))

    [image] = release.images.all()
    assert (image.alt, image.caption) == ("A lamp", "By night")
    assert "By night" not in told


@pytest.mark.parametrize(
    ("address", "is_there"),
    [
        ("https://www.lamps.example/wp-content/uploads/lamp.jpg", True),
        ("/wp-content/uploads/lamp.jpg", True),
        ("https://elsewhere.example/wp-content/uploads/lamp.jpg", False),
        ("https://www.lamps.example/wp-content/../../secret.jpg", False),
    ],
)
def test_picture_of_an_export_is_found_in_its_zip(address, is_there):
    parts = {
        "site/export.xml": RSS.format(POST, address),
        "site/wp-content/uploads/lamp.jpg": PHOTO,
        "secret.jpg": PHOTO,
    }
    found = [
        each
        for each in formats.read_all([InputFile("a.zip", zipped(parts))])
        if not isinstance(each, RejectedRecord)
    ]

    release, told = load(found)

    assert release.images.exists() == is_there
    assert ("A lamp" in told) != is_there


def test_picture_in_the_text_of_a_row_is_an_image():
    body = f"<p>Lit.</p><img alt='A lamp' src='{WITHIN}'>"
    table = f'title,date,body\nLamps Are Lit,2024-05-14,"{body}"'

    release, _ = load(formats.read_all([InputFile("a.csv", table.encode())]))

    assert [image.alt for image in release.images.all()] == ["A lamp"]
