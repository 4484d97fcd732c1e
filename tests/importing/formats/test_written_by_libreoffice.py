"""Releases that LibreOffice 7.4 wrote in four formats come back with the same words and format."""

import shutil
from pathlib import Path

import pytest

from releases.content import markup
from releases.importing import formats
from releases.importing.formats import old_word
from releases.parsing.parser import parse

FOLDER = Path(__file__).parent / "written_by_libreoffice"
ACCORD = Path(__file__).parents[3] / "fixtures" / "harris-morales-accord.txt"
SUFFIXES = ("docx", "odt", "rtf", "pdf")


def read(name, suffix):
    [record] = formats.read_files([FOLDER / f"{name}.{suffix}"])
    return record.parsed


def told(parsed):
    return " ".join(warning.message for warning in parsed.warnings)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_accord_has_the_words_of_its_text(suffix):
    expected = vars(parse(ACCORD.read_text()))
    found = vars(read("accord", suffix))

    for name in ("title", "subtitle", "date", "contact", "dateline", "body", "end_mark"):
        assert found[name] == expected[name], name
    assert [each.kind for each in found["sections"]] == ["resources"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_headings_lists_and_links_on_two_pages_are_kept(suffix):
    parsed = read("reservoir", suffix)
    changes, about = parsed.sections
    mark = "" if suffix == "pdf" else "   "  # a PDF tells no levels

    assert parsed.title == "Reservoir Commission Opens the Lower Gate"
    assert parsed.subtitle == "Farmers asked for water before the spring"
    assert "**lower gate** today, and *every* farm" in parsed.body
    assert markup.links(parsed.body) == [
        ("in the gate book", "https://reservoir.example/book?year=2023&gate=2"),
        ("press@reservoir.example", "mailto:press@reservoir.example"),
    ]
    assert changes.heading == "What Changes"
    assert changes.body.startswith(
        "- Farms above the mill have water on Mondays\n- Farms below the mill:\n"
        f"{mark}- the east bank on Tuesdays\n{mark}- the west bank on Wednesdays\n"
    )
    assert "1. Close the upper gate.\n2. Open the lower gate." in changes.body
    assert len(changes.body.split("\n\n")) == 8
    # Divided at the ends of lines.
    assert changes.body.count("considered extraordinarily conscientious under") == 14
    assert about.body == "The Reservoir Commission keeps two gates."
    assert "Reservoir Commission of Alder County" in told(parsed)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_old_word_document_is_converted_and_known_again():
    first, again = (next(formats.read_files([FOLDER / "muelle.doc"])) for _ in range(2))

    assert first.parsed.title == "El condado abre un muelle nuevo en el río"
    assert "**La entrada es gratuita.**" in first.parsed.body
    assert first.sha256 == again.sha256


def test_old_word_document_is_refused_without_a_converter(monkeypatch):
    monkeypatch.setattr(old_word, "PROGRAMS", ())

    [rejected] = formats.read_files([FOLDER / "muelle.doc"])

    assert "LibreOffice" in rejected.reason


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_two_columns_and_a_table_come_in_reading_order(suffix):
    parsed = read("museum", suffix)
    paragraphs = parsed.body.split("\n\n")

    assert len(paragraphs) == 10
    assert [" ".join(each.split()[:2]) for each in paragraphs[1:7]] == [
        *("The museum", "No two", "Visitors may", "The collection", "Schools are"),
        "The exhibition",
    ]
    assert paragraphs[8].split("\n")[3] == "| Sunday | 11 a.m. | 4:30 p.m. |"
    assert markup.links(parsed.body) == [("the list of all maps", "https://museum.example/maps")]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_accents_are_kept_and_a_footnote_is_named(suffix):
    parsed = read("muelle", suffix)

    assert (parsed.title, parsed.language) == ("El condado abre un muelle nuevo en el río", "es")
    assert parsed.subtitle == "Los pescadores lo pidieron durante diez años"
    assert parsed.contact == "Iván Núñez, (555) 010-0182"
    assert "**La entrada es gratuita.** Más en [la página del muelle](" in parsed.body
    assert "| Sábado | **9** a 17 |" in parsed.body
    note = " ".join(each.body for each in parsed.sections) + told(parsed)
    assert "Medido en abril de 2020." in note
    assert "↑" not in note


def test_table_on_two_pages_keeps_each_cell():
    parsed = read("table", "pdf")
    _, first, last = parsed.body.split("\n\n")
    rows = first.split("\n")

    assert rows[0] == "| Town | Jars 2011 | Jars 2012 | Change |"
    assert rows[2:] == [
        f"| Town of Number {n} | {n * 37} | {n * 41} | +{n}% |" for n in range(1, 40)
    ]
    assert last == "It will count again."


def test_wide_blanks_of_narrow_columns_part_no_words():
    assert "|" not in read("columns", "pdf").body
