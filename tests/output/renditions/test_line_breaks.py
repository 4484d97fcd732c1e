"""Lines break where FPDF breaks them, in linear time."""

from collections.abc import Iterator

import pytest
from fpdf import FPDF
from fpdf.fonts import TTFFont

from releases.output.renditions import line_breaks, pdf
from tests.processor_time import fastest


@pytest.fixture(scope="module")
def page() -> Iterator[FPDF]:
    page = FPDF(format="letter")
    page.add_page()
    page.add_font(pdf.FONT_FAMILY, "", pdf.FONTS / "DejaVuSerif.ttf")
    page.set_font(pdf.FONT_FAMILY, size=pdf.BODY)
    yield page
    font_of(page).close()  # as FPDF does only when it writes the document


def font_of(page: FPDF) -> TTFFont:
    font = page.current_font
    assert isinstance(font, TTFFont)
    return font


def broken(page: FPDF, text: str) -> list[str]:
    font = font_of(page)
    widths = {mark: font.cw[ord(mark)] for mark in {*text, "-"}} | {"\u00ad": 0}
    room = (page.epw - 2 * page.c_margin) * page.k / page.font_size_pt * 1000
    lines = line_breaks.broken(text, widths, room)
    return [line.replace("\u00ad", "").replace("\u00a0", " ") for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line.",
        "Two\nlines.\n",
        "Empty\n\nlines\n\n",
        "The words of a paragraph. " * 30,
        "Two  blanks,  a tab\tand\u2003others\u3000" * 30,
        " " * 300 + "after blanks",
        "unbroken" * 60,
        "a " + "unbroken" * 60 + " b",
        "soft\u00adhyphens" * 60,
        "soft\u00adhyphens and blanks " * 30,
        "no\u00a0break " * 60,
        "检察长 " * 60,
    ],
)
def test_lines_are_those_of_fpdf(page, text):
    lines = page.multi_cell(0, text=text, align="L", dry_run=True, output="LINES")

    assert broken(page, text) == lines


@pytest.mark.parametrize("text", ["a " * 20_000, "a" * 40_000, "\u00ad" * 40_000, " " * 40_000])
def test_time_grows_as_the_text(page, text):
    whole = fastest(lambda: broken(page, text * 2))

    assert whole < 4 * fastest(lambda: broken(page, text))
