"""Word rendition (.docx), for editors: styles, lists, tables, links and pictures of the release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pressroom.infra import office
from releases.content import blocks, markup
from releases.content.blocks import Node
from releases.models import Image
from releases.output import banner, flow, letterhead, pictures
from releases.output.edition import Edition

TEXT_WIDTH = 152  # mm
LINK_COLOR = RGBColor(0x17, 0x3F, 0x7A)
NOTICE_COLOR = "FBF1D5"
DEEPEST = 3  # level of a list that has a style
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of the ZIP format


def make(edition: Edition) -> bytes:
    """Return the document. Equal editions give equal bytes."""
    with letterhead.language(edition):
        writer = _Writer(edition)
        writer.write()
    target = BytesIO()
    writer.document.save(target)
    return _without_times(target)


def _without_times(source: BytesIO) -> bytes:
    """Return the ZIP file with the same time for each of its files."""
    target = BytesIO()
    with ZipFile(source) as before, ZipFile(target, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = ZipInfo(name, EARLIEST)
            info.compress_type = ZIP_DEFLATED
            after.writestr(info, before.read(name))
    return target.getvalue()


class _Writer:
    """Writes an edition to a document."""

    def __init__(self, edition: Edition) -> None:
        self.document = docx.Document()
        self._edition = edition
        self._pictures = 0
        self._is_rtl = letterhead.is_right_to_left(edition)
        self._describe()

    def _describe(self) -> None:
        edition, properties = self._edition, self.document.core_properties
        properties.title, properties.author = _xml(edition.title)[:255], office.current().name
        properties.subject = f"Press release {edition.number}"
        properties.comments, properties.language = edition.permalink, edition.text.language
        properties.created = properties.modified = edition.updated_at.replace(tzinfo=None)
        defaults = self.document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
        if defaults is not None:
            defaults.set(qn("w:val"), edition.text.language)

    def write(self) -> None:
        """Write letterhead, text and links."""
        edition, release = self._edition, self._edition.text
        self._head(letterhead.letterhead(edition))
        body, *texts = flow.pieces(edition)
        sections = list(zip(release.sections, texts, strict=True))
        self._pieces(body)
        for section, found in sections:
            if not section.after_end:
                self._section(section.heading, found)
        if release.end_mark:
            self._paragraph(release.end_mark).alignment = WD_ALIGN_PARAGRAPH.CENTER
        for section, found in sections:
            if section.after_end:
                self._section(section.heading, found)
        self._pieces(edition.layout.below)

    def _head(self, words: letterhead.Letterhead) -> None:
        edition, release = self._edition, self._edition.text
        self._seal()
        self._paragraph(words.office).runs[0].bold = True
        self._paragraph(f"{words.kind} · {words.date}")
        self._link(self._paragraph(f"{words.number} · "), words.short_link, words.short_link)
        for line in banner.lines(edition):
            self._banner(line)
        self._heading(edition.title, 1)
        if release.subtitle:
            self._paragraph(release.subtitle, "Subtitle")
        if release.contact:
            self._contact(words.contact_label, release.contact)
        self._pieces(filter(None, [edition.layout.lead]))
        footer = self.document.sections[0].footer.paragraphs[0]
        footer.text = f"{words.footer}\n{words.version_link}"
        footer.runs[0].font.size = Pt(8)

    def _seal(self) -> None:
        seal = office.current().seal
        if seal and (data := pictures.read_seal(seal)):
            self._add_picture(data, Mm(20), seal.alt)

    def _banner(self, line: str) -> None:
        paragraph = self._paragraph(line)
        paragraph.runs[0].bold = True
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", NOTICE_COLOR)):
            shade.set(qn(f"w:{name}"), value)
        paragraph._p.get_or_add_pPr().append(shade)

    def _contact(self, label: str, contact: str) -> None:
        self._paragraph(label).runs[0].bold = True
        self._paragraph(contact)

    def _section(self, heading: str, found: Sequence[flow.Piece]) -> None:
        if heading:
            self._heading(heading, 2)
        self._pieces(found)

    def _heading(self, words: str, level: int) -> None:
        self._paragraph(words, f"Heading {level}")

    def _paragraph(self, words: str = "", style: str | None = None) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        self._direct(paragraph)
        if words:
            self._run(paragraph, words)
        return paragraph

    def _direct(self, paragraph: Paragraph) -> None:
        if self._is_rtl:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))

    def _run(self, paragraph: Paragraph, words: str) -> Run:
        run = paragraph.add_run(_xml(words))
        if self._is_rtl:
            run.font.rtl = True
        return run

    def _pieces(self, found: Iterable[flow.Piece]) -> None:
        for piece in found:
            if isinstance(piece, Image):
                self._picture(piece)
            else:
                self._blocks(blocks.read(piece))

    def _blocks(self, nodes: Iterable[Node], style: str | None = None) -> None:
        for node in nodes:
            if node.kind == "paragraph":
                self._inline(self._paragraph(style=style), node.children)
            elif node.kind == "quote":
                self._blocks(node.children, "Quote")
            elif node.kind in ("bullets", "numbers"):
                self._list(node, 1)
            elif node.kind == "table":
                self._table(node)

    def _list(self, node: Node, level: int) -> None:
        kind = "List Bullet" if node.kind == "bullets" else "List Number"
        style = kind if level == 1 else f"{kind} {min(level, DEEPEST)}"
        number = self._new_numbers(style, node.start) if node.kind == "numbers" else None
        for item in node.children:
            for place, block in enumerate(item.children):
                if block.kind in ("bullets", "numbers"):
                    self._list(block, level + 1)
                    continue
                if block.kind != "paragraph":
                    self._blocks([block])
                    continue
                is_first = place == 0
                paragraph = self._paragraph(style=style if is_first else "List Continue")
                if is_first and number is not None:
                    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
                self._inline(paragraph, block.children)

    def _new_numbers(self, style: str, start: int) -> int:
        """Return the id of a new numbering of the style that begins at `start`."""
        numbering = self.document.part.numbering_part.element
        properties: Any = self.document.styles[style].element.pPr
        pattern = numbering.num_having_numId(properties.numPr.numId.val)
        number = numbering.add_num(pattern.abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(number.numId)

    def _table(self, node: Node) -> None:
        rows = node.children
        table = self.document.add_table(len(rows), len(rows[0].children), "Table Grid")
        for cells, row in zip(table.rows, rows, strict=True):
            for target, cell in zip(cells.cells, row.children, strict=False):
                self._direct(target.paragraphs[0])
                self._inline(target.paragraphs[0], cell.children, bold=row is rows[0])
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        self._paragraph()

    def _inline(
        self, paragraph: Paragraph, nodes: Iterable[Node], bold: bool = False, italic: bool = False
    ) -> None:
        for node in nodes:
            if node.kind == "link":
                self._link(paragraph, node.plain, node.href)
            elif node.kind in ("strong", "em"):
                styles = (bold or node.kind == "strong", italic or node.kind == "em")
                self._inline(paragraph, node.children, *styles)
            else:
                run = self._run(paragraph, "\n" if node.kind == "break" else node.text)
                run.bold, run.italic = bold or None, italic or None

    def _link(self, paragraph: Paragraph, words: str, address: str) -> None:
        """Add a link, which python-docx cannot."""
        target = _xml(address if ":" in address else self._edition.site + address)
        key = self.document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), key)
        run = self._run(paragraph, words)
        run.font.color.rgb, run.font.underline = LINK_COLOR, True
        link.append(run._r)
        paragraph._p.append(link)

    def _picture(self, image: Image) -> None:
        """Add the picture with its words; without its file, or past the most, only the words."""
        self._pictures += 1
        data = pictures.read(image) if self._pictures <= pictures.MOST else None
        if data:
            self._add_picture(data, Mm(pictures.height(image, TEXT_WIDTH)), image.alt)
        if words := pictures.words(image, bool(data)):
            self._paragraph(words, "Caption")

    def _add_picture(self, data: bytes, height: int, alt: str) -> None:
        shape = self._paragraph().add_run().add_picture(BytesIO(data), height=height)
        shape._inline.docPr.set("descr", _xml(alt))


def _xml(text: str) -> str:
    """Return the text without characters that XML, and so Word, cannot hold."""
    return markup.strip_control_characters(text)
