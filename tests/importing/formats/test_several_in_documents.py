"""Several releases in one document come apart like those in one text file."""

import pytest
from fpdf import FPDF

from releases.importing import formats
from releases.importing.decoding import InputFile
from tests.importing.formats.documents import word

TEXTS = (
    *("FOR IMMEDIATE RELEASE", "County Opens a Seed Bank in the Old Mill", "May 14, 2024"),
    "OAKFIELD – The county opened a seed bank in the cellar today. It keeps four hundred plants.",
    *("1. It is open to all – always.", "###", "FOR IMMEDIATE RELEASE"),
    *("City Closes the Rink for the Summer", "May 15, 2024"),
    "ALDER – The city closed the rink on Tuesday, and it will open again in October with a party.",
    "###",
)


def in_pdf(*texts):
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    for text in texts:
        made.multi_cell(0, text=text.replace("–", "-"), new_x="LMARGIN")
        made.ln(8)
    return bytes(made.output())


@pytest.mark.parametrize("make", [word, in_pdf])
def test_releases_of_one_document_are_records_with_their_own_sources(make):
    found = list(formats.read_all([InputFile("x", make(*TEXTS))]))

    assert [each.name for each in found] == ["x, release 1", "x, release 2"]
    parsed = [each.parsed for each in found]
    titles = ["County Opens a Seed Bank in the Old Mill", "City Closes the Rink for the Summer"]
    assert [each.title for each in parsed] == titles
    assert [str(each.date) for each in parsed] == ["2024-05-14", "2024-05-15"]
    assert [each.end_mark for each in parsed] == ["###", "###"]
    assert len({each.sha256 for each in found}) == 2
    assert found[1].source.text.startswith("FOR IMMEDIATE RELEASE")


def test_document_with_a_long_note_below_its_end_stays_one():
    found = list(formats.read_all([InputFile("x", word(*TEXTS[:6], "About the County", TEXTS[9]))]))

    assert [each.name for each in found] == ["x"]
