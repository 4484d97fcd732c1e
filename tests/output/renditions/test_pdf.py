"""PDFs are tagged, have every script that a typeface has, and stay bounded."""

import datetime
import json
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from pressroom.infra import office
from releases import publishing
from releases.models import Release
from releases.output.edition import Edition, read_release
from releases.output.renditions import pdf

SITE = "https://press.example.gov"
BODY = """SPRINGFIELD – *Water* is [clean](https://example.org/hours).

- First
- Second

| County | Cases |
|---|---|
| Alameda | 12 |

> “Good,” she said."""
SIGNED = f"{BODY}\n\nA sign of private use: \uf400"


def make(release):
    return pdf.make(Edition.of(read_release(Release.objects.filter(pk=release.pk)), SITE))


def reader_of(release):
    return pypdf.PdfReader(BytesIO(make(release)))


def words(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def structure(node, found):
    """Collect the types of all structure elements."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            structure(child, found)
    elif isinstance(node, dict):
        found.add(str(node.get("/S", "")))
        if "/K" in node:
            structure(node["/K"], found)
    return found


def test_pdf_is_tagged_by_the_standard_for_accessibility(publish):
    release = publish(body=BODY)
    release.sections.create(position=1, kind="background", heading="Background", body="Paper.")
    publishing.record_change(release, "update", "A background.")

    reader = reader_of(release)

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link", "/BlockQuote"} <= (
        structure(root["/StructTreeRoot"], set())
    )
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    titles = [entry.title for entry in reader.outline[0:1]]
    assert titles == [release.title]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_pdf_is_complete_in_itself_by_the_standard_for_archives(publish):
    root = reader_of(publish(body=SIGNED)).trailer["/Root"]

    assert b"<pdfaid:conformance>U<" in root["/Metadata"].get_object().get_data()
    assert root["/OutputIntents"]


def test_letterhead_names_office_number_and_short_address(publish, settings):
    release = publish()

    text = words(reader_of(release))

    assert text.startswith(settings.OFFICE_NAME)
    assert f"{SITE}/releases/{release.number}/" in text
    assert "(555) 010-0100" in text


def test_letterhead_has_the_color_of_the_office(publish):
    release = publish()
    office.pin(json.dumps({"color": "#ff0000"}))

    assert b"1 0 0 scn" in reader_of(release).pages[0].get_contents().get_data()


def test_place_is_printed_with_the_date_unless_the_text_begins_with_it(publish):
    place_and_date = "SPRINGFIELD, Tuesday, May 14, 2024"

    assert place_and_date in words(reader_of(publish(body="A records office opened.")))
    assert place_and_date not in words(reader_of(publish()))


def test_pdf_of_a_spanish_release_has_spanish_labels(publish):
    release = publish(language="es-MX")

    reader = reader_of(release)

    assert "Contacto de prensa" in words(reader)
    assert "14 de mayo de 2024" in words(reader)
    assert reader.trailer["/Root"]["/Lang"].lower() == "es-mx"


def test_corrections_and_withdrawals_are_printed_above_the_title(publish, corrected):
    text = words(reader_of(corrected))
    assert text.index("Two offices, not one.") < text.index(corrected.title)

    withdrawn = publishing.withdraw(publish(), "It named the wrong county.")
    text = words(reader_of(withdrawn))
    assert text.index("It named the wrong county.") < text.index(withdrawn.title)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("vi", "Những người dân được mời đến văn phòng mới"),
        ("ar", "افتتح المكتب اليوم"),
        ("ru", "Генеральный прокурор"),
        ("he", "התובע הכללי"),
    ],
)
def test_words_of_other_scripts_are_extracted_as_written(publish, language, written):
    reader = reader_of(publish(language=language, title=written, body=f"{written}."))

    assert set(written.split()) <= set(words(reader).replace(".", " ").split())
    assert "Some characters" not in words(reader)


def test_chinese_is_extracted_where_a_typeface_has_it(publish, settings):
    settings.PDF_FONTS = str(Path(__file__).parent / "fonts")

    reader = reader_of(publish(language="zh", title="检察长宣布"))

    assert "检察长宣布" in words(reader)
    assert "Some characters" not in words(reader)
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_characters_without_a_typeface_are_admitted(publish):
    text = words(reader_of(publish(title="\U00013000 Speaks")))

    assert "Some characters are missing here" in text
    assert f"{SITE}/releases/" in text


def test_pictures_have_their_description(make_release, attach_image):
    release = make_release()
    attach_image(release, alt="Two halves, red and blue")
    release = publishing.approve(release, datetime.datetime(2024, 5, 14, tzinfo=datetime.UTC))

    data = make(release)

    tree = pypdf.PdfReader(BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]
    assert "Two halves, red and blue" in descriptions(tree, set())
    assert any("/releases/" in each for each in descriptions(tree, set()))  # the QR code


def descriptions(node, found):
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            descriptions(child, found)
    elif isinstance(node, dict):
        if "/Alt" in node:
            found.add(str(node["/Alt"]))
        if "/K" in node:
            descriptions(node["/K"], found)
    return found


def test_text_is_never_code(publish):
    body = '#panic("x") $x^2$ *_a_* @ref <label> // no \\u{41} #image("/etc/passwd")'
    release = publish(title=body, body=body)

    assert '#panic("x") $x^2$' in words(reader_of(release))


def test_longest_release_is_set(publish):
    release = publish(body="\n\n".join(["Words of a long text that goes on. " * 60] * 110))

    assert len(reader_of(release).pages) > 60


def test_string_too_long_for_archives_is_set_for_accessibility(publish):
    metadata = reader_of(publish(body="." * 20_000)).trailer["/Root"]["/Metadata"].get_object()

    assert b"pdfuaid" in metadata.get_data()
    assert b"pdfaid" not in metadata.get_data()


def test_pdf_that_takes_too_long_is_a_503(client, publish, monkeypatch):
    release = publish()
    monkeypatch.setattr(pdf, "TIMEOUT", 0.001)
    client.raise_request_exception = False

    answer = client.get(f"/releases/{release.number}.pdf")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
