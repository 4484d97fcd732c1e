"""Every rendition has the content of the requested version."""

import datetime
import json
from io import BytesIO

import bibtexparser
import docx
import pypdf
import pytest
import rispy
from markdown_it import MarkdownIt

from releases import publishing
from releases.models import Release
from releases.output import plain
from releases.output.renditions import RENDITIONS
from releases.parsing import parser

OFFICE = "Office of the Attorney General"


def get(client, release, suffix, **options):
    return client.get(f"/releases/{release.number}.{suffix}", **options)


def test_pdf_of_the_longest_title_and_heading_is_made(client, publish):
    release = publish(title="W" * 2_000)
    release.sections.create(position=1, kind="background", heading="W" * 2_000, body="Paper.")
    publishing.record_change(release, "update", "A long background.")

    assert words_of_pdf(get(client, release, "pdf").content).count("W") == 4_000


def words_of_pdf(data: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def words_of_word(data: bytes) -> str:
    body = docx.Document(BytesIO(data)).element.body
    return "".join(node.text or "" for node in body.iter(f"{{{body.nsmap['w']}}}t"))


@pytest.fixture
def long_release(publish) -> Release:
    """A release with wrapped lines, a section, a link, accents and an end mark."""
    body = (
        "SPRINGFIELD – María Ibáñez opened a records office today, which holds "
        + "the papers of all the towns of the county and is open to everybody, " * 3
        + "on [weekdays](https://example.org/hours).\n\nIt closes *never*."
    )
    release = publish(body=body, end_mark="# # #", subtitle="Doors Open Monday")
    release.sections.create(position=1, kind="background", heading="Background", body="1. Paper.")
    publishing.record_change(release, "update", "The background is told.")
    return release


@pytest.mark.parametrize("suffix", RENDITIONS)
def test_each_is_served_in_its_media_type_and_names_release_and_permalink(
    client, long_release, suffix
):
    answer = get(client, long_release, suffix)

    readers = {"pdf": words_of_pdf, "docx": words_of_word}
    text = readers[suffix](answer.content) if suffix in readers else answer.text
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == RENDITIONS[suffix].media_type
    assert long_release.title in text
    assert f"/releases/{long_release.number}/" in text


def test_plain_text_is_wrapped_and_read_back_as_the_same_release(client, long_release):
    text = get(client, long_release, "txt").text

    again = parser.parse(text)
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 72
    assert (again.title, again.subtitle) == (long_release.title, long_release.subtitle)
    assert again.date == datetime.date(2024, 5, 14)
    assert again.end_mark == "# # #"
    assert plain.compose(again) == plain.compose(parser.parse(plain.compose(again)))
    assert again.body == parser.parse(plain.markup.to_plain(long_release.body)).body
    assert [section.heading for section in again.sections] == ["Background"]


def test_plain_text_ends_with_permalink_version_and_checksum(client, long_release):
    record = get(client, long_release, "txt").text.split("_" * 40)[1]

    assert "version 2" in record
    assert f"http://testserver{long_release.get_absolute_url()}" in record
    assert long_release.versions.last().sha256 in record


def test_markdown_reads_the_same_for_every_commonmark_program(client, publish):
    release = publish(body="A <b>bold</b> `claim` &amp; *more*.\n\n# Not a heading\n\n***")

    html = MarkdownIt("commonmark").render(get(client, release, "md").text)

    assert "A &lt;b&gt;bold&lt;/b&gt; `claim` &amp;amp; <em>more</em>." in html
    assert html.count("<h1>") == 1
    assert "# Not a heading" in html
    assert html.count("<hr") == 1


def test_json_has_fields_paragraphs_files_and_changes(client, long_release):
    data = get(client, long_release, "json").json()

    assert data["title"] == long_release.title
    assert data["date"] == "2024-05-14"
    assert data["released_at"] == "2024-05-14T19:00:00+00:00"
    assert data["text"][1] == "It closes never."
    assert data["text"][2] == "Paper."
    assert data["paragraph_numbers"] == [1, 2, 3]
    assert data["changes"][0]["note"] == "The background is told."
    for address in data["renditions"].values():
        assert client.get(address).status_code == 200


def test_images_and_documents_have_absolute_urls(client, make_release, attach_image):
    release = make_release()
    attach_image(release)
    release = publishing.approve(release, datetime.datetime(2024, 5, 14, tzinfo=datetime.UTC))

    (image,) = get(client, release, "json").json()["images"]

    assert image["credit"] == "Photo: Jane Roe"
    assert client.get(image["url"]).status_code == 200


def test_pdf_has_text_typefaces_language_and_the_same_bytes_each_time(client, long_release):
    data = get(client, long_release, "pdf").content

    reader = pypdf.PdfReader(BytesIO(data))
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    descendants = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts]
    assert "María Ibáñez opened a records office" in words_of_pdf(data)
    assert all("/FontFile2" in font["/FontDescriptor"] for font in descendants)
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == long_release.title
    assert "https://example.org/hours" in words_of_pdf(data)
    assert get(client, long_release, "pdf").content == data


def test_pdf_prints_the_mark_of_a_page_count_as_it_is_written(client, publish):
    assert "Write {nb} there." in words_of_pdf(
        get(client, publish(body="Write {nb} there."), "pdf").content
    )


def test_pdf_notes_missing_characters(client, publish):
    assert "Some characters are missing" in words_of_pdf(
        get(client, publish(title="检察长 Speaks"), "pdf").content
    )


def test_bibtex_is_read_with_the_office_in_one_piece(client, publish):
    release = publish(title="50% of “A & B” {or} #1_x")

    library = bibtexparser.parse_string(get(client, release, "bib").text)

    (entry,) = library.entries
    assert not library.failed_blocks
    assert entry["author"] == f"{{{OFFICE}}}"
    assert entry["title"] == r"{50\% of “A \& B” \{or\} \#1\_x}"
    assert (entry["date"], entry["note"]) == ("2024-05-14", "Version 1")


def test_ris_is_read_with_the_office_in_one_piece(client, publish):
    (entry,) = rispy.loads(get(client, publish(), "ris").text)

    assert entry["authors"] == [OFFICE]
    assert entry["title"] == "County Opens a Records Office"
    assert (entry["date"], entry["type_of_reference"]) == ("2024/05/14", "RPRT")
    assert entry["urls"] == ["http://testserver" + Release.objects.get().get_absolute_url()]


def test_csl_json_has_a_literal_author_and_date_parts(client, publish):
    (item,) = json.loads(get(client, publish(), "csl.json").text)

    assert item["author"] == [{"literal": OFFICE}]
    assert item["issued"] == {"date-parts": [[2024, 5, 14]]}
    assert item["genre"] == "Press release"


def test_text_and_markdown_name_corrections_and_targets_of_links(client, corrected, long_release):
    text, marked = (get(client, corrected, suffix).text for suffix in ("txt", "md"))
    assert "Two offices, not one." in text.split("_" * 40)[1]
    assert marked.index("Two offices, not one.") < marked.index("SPRINGFIELD")

    assert "weekdays: https://example.org/hours" in get(client, long_release, "txt").text
    assert "[weekdays](https://example.org/hours)" in get(client, long_release, "md").text
