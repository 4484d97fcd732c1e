"""RTF, OpenDocument and PDF become releases with their format."""

import datetime

import pytest
from fpdf import FPDF

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.records import RejectedRecord
from tests.importing.formats.documents import LINK, zipped

LEAD = "OAKFIELD – The county opened a seed bank in the cellar of the courthouse today."
RTF = rb"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Calibri;}{\f1\fcharset204 Arial;}}
{\*\generator X}{\info{\title Not a word}}{\header\pard County of Alder\par}
\pard September 10, 2024\par Contact: Pat Doe, (555) 010-0190\par
\pard\outlinelevel0\b County Opens a Seed Bank\b0\par
\pard OAKFIELD \endash  The county
 opened a \b seed bank\b0  in the cellar of the court\-house today.\par
Read {\field{\*\fldinst HYPERLINK "https://county.example/rules"}{\fldrslt the rules}},
 \'93caf\'e9\'94 \u8230? {\f1 \'c4\'e0}
 \u-10179?\u-8704?{\v hidden}.\par
{\listtext\'b7\tab}Beans\par{\listtext 2.\tab}Wheats\par
\trowd\pard\intbl Kind\cell Jars\cell\row\trowd\pard\intbl Beans\cell 412\cell\row
\pard{\pict\pngblip 89504e}###\par}"""
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODT = f"""<office:document-content xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0"
 xmlns:style="{ODF}style:1.0" xmlns:fo="{ODF}xsl-fo-compatible:1.0"
 xmlns:table="{ODF}table:1.0" xmlns:xlink="http://www.w3.org/1999/xlink">
<office:automatic-styles><style:style style:name="T1"><style:text-properties fo:font-weight="bold"/>
</style:style></office:automatic-styles><office:body><office:text>
<text:p>September 10, 2024</text:p><text:p>Contact: Pat Doe, (555) 010-0190</text:p>
<text:h text:outline-level="1">County Opens a Seed Bank</text:h>
<text:p>OAKFIELD – The county opened a <text:span text:style-name="T1">seed bank</text:span> in the
 cellar of the courthouse today.<text:note><text:p>A note</text:p></text:note></text:p>
<text:p>Read<text:s/><text:a xlink:href="{LINK}">the rules</text:a>.</text:p>
<text:list><text:list-item><text:p>Beans</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Kind</text:p></table:table-cell>
<table:table-cell><text:p>Jars</text:p></table:table-cell></table:table-row><table:table-row>
<table:table-cell><text:p>Beans</text:p></table:table-cell><table:table-cell><text:p>412</text:p>
</table:table-cell></table:table-row></table:table><text:p>###</text:p>
</office:text></office:body></office:document-content>"""
FORMATTED = LEAD.replace("seed bank", "**seed bank**")
TABLE = "| Kind | Jars |\n| --- | --- |\n| Beans | 412 |"


def read(data, name="release.txt"):
    return list(formats.read_all([InputFile(name, data)]))


def told(record):
    return " ".join(warning.message for warning in record.parsed.warnings)


def assert_header(parsed):
    assert parsed.title == "County Opens a Seed Bank"
    assert parsed.date == datetime.date(2024, 9, 10)
    assert parsed.contact == "Pat Doe, (555) 010-0190"
    assert parsed.end_mark == "###"


def test_rich_text_keeps_its_characters_and_format():
    [record] = read(RTF)

    assert_header(record.parsed)
    assert record.parsed.body.split("\n\n") == [
        FORMATTED,
        f"Read [the rules]({LINK}), “café” … Да 😀.",
        "- Beans\n2. Wheats",
        TABLE,
    ]
    assert "County of Alder" in told(record)
    assert "picture" in told(record)


@pytest.mark.parametrize("is_zipped", [True, False])
def test_open_document_keeps_its_format(is_zipped):
    mimetype = "application/vnd.oasis.opendocument.text"
    flat = ODT.replace("document-content", "document").encode()

    [record] = read(zipped({"mimetype": mimetype, "content.xml": ODT}) if is_zipped else flat)

    assert_header(record.parsed)
    assert record.parsed.body.split("\n\n") == [
        FORMATTED,
        f"Read [the rules]({LINK}).",
        "- Beans",
        TABLE,
    ]
    assert "A note" in told(record)


class _Document(FPDF):
    def header(self):
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, "County of Alder", new_x="LMARGIN", new_y="NEXT")

    def footer(self):
        self.set_y(-15)
        self.cell(0, 8, f"Page {self.page_no()} of 2", align="C")

    def write_lines(self, *texts, width=0):
        for text in texts:
            self.set_font("Times", "B" if text.startswith("County") else "", 12)
            left = self.get_x()
            self.multi_cell(width, 5, text, new_x="LEFT", new_y="NEXT")
            self.set_xy(left, self.get_y() + 4)


def test_pdf_is_read_in_order_without_furniture():
    document = _Document()
    document.add_page()
    document.write_lines("September 10, 2024", "Contact: Pat Doe, (555) 010-0190")
    document.write_lines("County Opens a Seed Bank", LEAD.replace("–", "-") + " It is open to all.")
    top = document.get_y()
    document.write_lines(
        "Left one goes on for more than one line of this column.", "Left two.", width=60
    )
    document.set_xy(100, top)
    document.write_lines(
        "Right one goes on for more than one line, too, as it is long.", "Right two.", width=60
    )
    document.add_page()
    document.write_lines("- Beans", "###")

    [record] = read(bytes(document.output()))

    assert_header(record.parsed)
    assert record.parsed.body.split("\n\n") == [
        LEAD.replace("–", "-") + " It is open to all.",
        "Left one goes on for more than one line of this column.",
        "Left two.",
        "Right one goes on for more than one line, too, as it is long.",
        "Right two.",
        "- Beans",
    ]
    for words in ("County of Alder", "Page 1 of 2"):
        assert words in told(record)


def test_table_in_a_pdf_is_read_by_rows():
    document = FPDF()
    document.add_page()
    document.set_font("Times", size=12)
    document.multi_cell(0, 6, LEAD.replace("–", "-"), new_x="LMARGIN", new_y="NEXT")
    document.ln(4)
    for row in (("Kind", "Jars"), ("Beans", "412"), ("Wheats", "96")):
        for cell in row:
            document.cell(50, 6, cell)
        document.ln()

    [record] = read(bytes(document.output()))

    assert record.parsed.body.endswith(f"{TABLE}\n| Wheats | 96 |")


def test_scan_is_refused():
    document = FPDF()
    document.add_page()
    document.rect(10, 10, 20, 20)

    [rejected] = read(bytes(document.output()))

    assert isinstance(rejected, RejectedRecord)


def test_deep_rich_text_is_refused():
    [rejected] = read(b"{\\rtf1 " + b"{" * 10_000)

    assert "nested" in rejected.reason
