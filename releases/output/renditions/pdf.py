"""PDF rendition: real text in an embedded typeface, with language, outline and permalink."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.formats import date_format
from fpdf import FPDF, TextStyle
from fpdf.fonts import TTFFont
from fpdf.line_break import NBSP, SOFT_HYPHEN

from pressroom.infra import office
from releases.content import markup
from releases.models import Image
from releases.output import flow
from releases.output.edition import Edition
from releases.output.renditions import line_breaks
from releases.parsing.parser import ParsedRelease, ParsedSection

FONTS = Path(__file__).parents[2] / "media" / "fonts"
FONT_FAMILY = "DejaVu Serif"
TITLE, HEADING, LEAD, BODY, SMALL = 17, 13, 12, 11, 8  # points
MARGIN = 25  # mm
LEADING = 1.45
SEAL_HEIGHT = 20  # mm
GAP = 3  # mm between paragraphs
PICTURE_WIDTH = 960  # pixels
PICTURE_HEIGHT = 85  # mm, at most
MOST_PICTURES = 20
LONGEST_HEADING = 400  # characters; FPDF can't break a tagged heading across pages
logger = logging.getLogger(__name__)
_MISSING = "\uffff"  # a glyph in no typeface
_PRINTED = str.maketrans({SOFT_HYPHEN: None, NBSP: " "})


def make(edition: Edition) -> bytes:
    """Return the PDF. Equal editions give equal bytes."""
    page = _Page(edition)
    page.add_page()
    _head(page, edition)
    _text(page, edition)
    _links(page, edition.text)
    if page.has_missing_glyphs():
        page.paragraph(
            "Some characters are missing here because the typeface lacks them; all are there "
            f"at {edition.permalink}",
            SMALL,
        )
    return bytes(page.output())


def _picture_data(image: Image) -> bytes | None:
    """Return the largest JPEG rendition of up to PICTURE_WIDTH; None if its file is missing."""
    jpegs = [file for file in image.stored()[1:] if file.media_type == "image/jpeg"]
    fitting = [file for file in jpegs if file.width <= PICTURE_WIDTH] or jpegs[:1]
    try:
        with default_storage.open(fitting[-1].file) as file:
            return bytes(file.read())
    except OSError as error:
        logger.error("A PDF lacks a picture, whose file cannot be read. %s", error)
        return None


class _Page(FPDF):
    """Page layout: margins, typeface and footer."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(format="letter")
        self._edition = edition
        self._pictures = 0
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.add_font(FONT_FAMILY, "", FONTS / "DejaVuSerif.ttf")
        self.add_font(FONT_FAMILY, "B", FONTS / "DejaVuSerif-Bold.ttf")
        self.set_font(FONT_FAMILY)
        self.alias_nb_pages("")  # "{nb}" is a word like any other
        self.set_section_title_styles(
            TextStyle(FONT_FAMILY, "B", TITLE, b_margin=GAP),
            TextStyle(FONT_FAMILY, "B", HEADING, t_margin=GAP, b_margin=GAP),
        )
        self._describe(edition)

    def _describe(self, edition: Edition) -> None:
        self.set_title(edition.title)
        self.set_author(office.current().name)
        self.set_subject(f"Press release {edition.number}")
        self.set_lang(edition.text.language)
        self.set_creation_date(edition.updated_at)

    def footer(self) -> None:
        edition = self._edition
        self.set_y(-18)
        self.set_font(FONT_FAMILY, size=SMALL)
        words = (
            f"{office.current().name} · Release {edition.number}, version "
            f"{edition.version.number} · page {self.page_no()}\n{edition.version_link}"
        )
        self._print(words, 4, "C", edition.version_link)

    def heading(self, words: str, level: int) -> None:
        """Print a heading and add it to the outline; a very long one becomes a bold paragraph."""
        if len(words) > LONGEST_HEADING:
            self.paragraph(words, (TITLE, HEADING)[level], "B")
        else:
            self.start_section(words, level, strict=False)

    def paragraph(self, words: str, size: float = BODY, style: str = "", align: str = "L") -> None:
        """Print a paragraph and the gap below it."""
        self.set_font(FONT_FAMILY, style, size)
        self._print(words, size * LEADING / self.k, align)
        self.ln(GAP)

    def picture(self, image: Image) -> None:
        """Print the image with its caption and credit; without its file, or past MOST_PICTURES,
        only the words."""
        self._pictures += 1
        data = _picture_data(image) if self._pictures <= MOST_PICTURES else None
        if data:
            room = self.epw - 2 * self.c_margin
            height = min(PICTURE_HEIGHT, room * image.height / image.width)
            width = height * image.width / image.height
            if self.y + height + PICTURE_HEIGHT / 10 > self.page_break_trigger:
                self.add_page()  # keeps caption and picture together
            left = self.l_margin + self.c_margin
            self.image(BytesIO(data), left, w=width, h=height, alt_text=image.alt or None)
            self.ln(GAP)
        words = " ".join(filter(None, (image.caption or image.alt, image.credit, image.rights)))
        if words:
            self.paragraph(words, SMALL)

    def _print(self, words: str, height: float, align: str, link: str = "") -> None:
        """Print text in lines."""
        # Not `multi_cell`, which measures the whole line again for each character.
        font = self.current_font
        assert isinstance(font, TTFFont)
        codes = set(map(ord, words))
        widths = {chr(code): font.cw[code] for code in codes | {ord("-")}} | {SOFT_HYPHEN: 0}
        room = (self.epw - 2 * self.c_margin) * self.k / self.font_size_pt * 1000
        # One placeholder for all: FPDF searches its list of missing characters for each one.
        lacking = codes - font.cmap.keys()
        printed = dict.fromkeys(lacking, _MISSING) | _PRINTED
        for line in line_breaks.broken(words.replace("\r", ""), widths, room):
            self.set_x(self.l_margin)
            self.cell(0, height, line.translate(printed), align=align, link=link, new_y="NEXT")

    def has_missing_glyphs(self) -> bool:
        """Return whether the typeface lacked a printed character."""
        return any(getattr(font, "missing_glyphs", ()) for font in self.fonts.values())


def _head(page: _Page, edition: Edition) -> None:
    release = edition.text
    printed = date_format(edition.date, "l, F j, Y")
    _seal(page, office.current().seal)
    page.paragraph(f"{office.current().name}\nRelease {edition.number}\n{printed}", BODY)
    page.heading(release.title, level=0)
    if release.subtitle:
        page.paragraph(release.subtitle, LEAD)
    if edition.notice:
        page.paragraph(edition.notice, style="B")
    if release.contact:
        page.paragraph(f"Press contact:\n{release.contact}")
    if edition.layout.lead:
        page.picture(edition.layout.lead)


def _seal(page: _Page, seal: office.Seal | None) -> None:
    """Print the office's seal; nothing if its file cannot be read."""
    if seal is None:
        return
    try:
        with default_storage.open(seal.print_file["file"]) as file:
            picture = BytesIO(file.read())
    except OSError as error:
        logger.error("The office's seal cannot be read. %s", error)
        return
    page.image(picture, h=SEAL_HEIGHT, alt_text=seal.alt)
    page.ln(GAP)


def _text(page: _Page, edition: Edition) -> None:
    release = edition.text
    body, *texts = flow.pieces(edition)
    sections = list(zip(release.sections, texts, strict=True))
    _pieces(page, body)
    for section, found in sections:
        if not section.after_end:
            _section(page, section, found)
    if release.end_mark:
        page.paragraph(release.end_mark, align="C")
    for section, found in sections:
        if section.after_end:
            _section(page, section, found)
    for image in edition.layout.below:
        page.picture(image)


def _section(page: _Page, section: ParsedSection, found: Sequence[flow.Piece]) -> None:
    if section.heading:
        page.heading(section.heading, level=1)
    _pieces(page, found)


def _pieces(page: _Page, found: Sequence[flow.Piece]) -> None:
    for piece in found:
        if isinstance(piece, Image):
            page.picture(piece)
            continue
        for words in markup.to_plain(piece).split("\n\n"):
            page.paragraph(words)


def _links(page: _Page, release: ParsedRelease) -> None:
    # Links cannot be followed on paper.
    bodies = [release.body, *(section.body for section in release.sections)]
    links = [link for body in bodies for link in markup.links(body)]
    if links:
        page.heading("Links", level=1)
    for words, address in links:
        page.paragraph(f"{words}: {address}", SMALL)
