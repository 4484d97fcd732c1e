"""Word files have the styles, lists, tables, links and pictures that editors work with."""

import datetime
from io import BytesIO

import docx
from docx.oxml.ns import qn

from releases import publishing
from releases.models import Release
from releases.output.edition import Edition, read_release
from releases.output.renditions import word

SITE = "https://press.example.gov"
BODY = """SPRINGFIELD – **Water** is [clean](https://example.org/hours), *says* the [map](/map).

- First
  - Nested
- Second

3. Three
4. Four

Between.

1. One

| County | Cases |
|---|---|
| Alameda | 12 |

> “Good,” she said."""


def make(release):
    return word.make(Edition.of(read_release(Release.objects.filter(pk=release.pk)), SITE))


def read(release):
    return docx.Document(BytesIO(make(release)))


def by_style(document):
    return [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]


def test_text_has_the_styles_of_word(publish):
    release = publish(body=BODY, subtitle="Doors Open Monday", end_mark="# # #")
    release.sections.create(position=1, kind="background", heading="Background", body="Paper.")
    publishing.record_change(release, "update", "A background.")

    document = read(release)
    found = by_style(document)

    for row in (
        ("Heading 1", release.title),
        ("Subtitle", "Doors Open Monday"),
        ("List Bullet", "First"),
        ("List Bullet 2", "Nested"),
        ("List Number", "Three"),
        ("Quote", "“Good,” she said."),
        ("Heading 2", "Background"),
        ("Normal", "Paper."),
        ("Normal", "(555) 010-0100"),
    ):
        assert row in found
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["County", "Cases"],
        ["Alameda", "12"],
    ]
    bold = {run.text for each in document.paragraphs for run in each.runs if run.bold}
    assert "Water" in bold


def test_numbered_lists_begin_at_their_own_numbers(publish):
    document = read(publish(body=BODY))
    numbering = document.part.numbering_part.element
    starts = []
    for paragraph in document.paragraphs:
        properties = paragraph._p.pPr
        if properties is not None and properties.numPr is not None:
            number = numbering.num_having_numId(properties.numPr.numId.val)
            starts.append(number.find(f".//{qn('w:startOverride')}").get(qn("w:val")))

    assert starts == ["3", "3", "1"]


def test_links_lead_to_absolute_addresses(publish):
    document = read(publish(body=BODY))

    targets = {part.target_ref for part in document.part.rels.values() if part.is_external}
    assert {"https://example.org/hours", f"{SITE}/map"} <= targets


def test_correction_is_above_the_title_and_bytes_are_the_same_each_time(corrected):
    document = read(corrected)
    texts = [text for _, text in by_style(document)]
    (notice,) = [text for text in texts if "Two offices, not one." in text]

    assert texts.index(notice) < texts.index(corrected.title)
    assert document.core_properties.title == corrected.title
    assert document.core_properties.language == "en"
    assert make(corrected) == make(corrected)


def test_pictures_have_their_description_and_credit(make_release, attach_image):
    release = make_release()
    attach_image(release, alt="Two halves, red and blue")
    release = publishing.approve(release, datetime.datetime(2024, 5, 14, tzinfo=datetime.UTC))

    document = read(release)

    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "Two halves, red and blue"
    assert any("Photo: Jane Roe" in text for _, text in by_style(document))


def test_right_to_left_text_is_marked(publish):
    document = read(publish(language="ar", title="افتتح المكتب", body="افتتح المكتب اليوم."))

    (paragraph,) = [each for each in document.paragraphs if "اليوم" in each.text]
    assert paragraph._p.pPr.find(qn("w:bidi")) is not None
    assert paragraph.runs[0].font.rtl
