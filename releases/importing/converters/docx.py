"""Word documents (Office Open XML), through mammoth's HTML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import mammoth
from lxml import etree, html
from mammoth.docx.files import InvalidFileReferenceError

from releases.content import html_text, rich_text
from releases.content.left_out import name_picture
from releases.importing.converters import packages
from releases.importing.converters.errors import EMPTY, RefusedError
from releases.importing.converters.pictures import Collector
from releases.importing.extracts import MAX_BYTES, Extract

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
u => !
strike => s
comment-reference => !
"""
_FURNITURE = re.compile(r"word/(?:header|footer)\d*\.xml")
_COMMENTS = "word/comments.xml"
# What mammoth leaves out: by part, and by element of the document.
_OBJECTS = re.compile(r"word/(?:charts/(?P<chart>chart)|diagrams/(?P<diagram>data))\d*\.xml")
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_EQUATIONS = "//*[local-name() = 'oMath']"
_BOXES = "//*[local-name() = 'txbxContent'][not(ancestor::*[local-name() = 'AlternateContent'])]"
_IN_OLD_SHAPE = "ancestor::*[local-name() = 'textbox']"
_WORDS = ".//*[local-name() = 't' or local-name() = 'v']/text()"


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the document's release."""
    with packages.opened(data) as package:
        left_out = [*_furniture(package), *_comments(package)]
    pictures = Collector()
    result = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        convert_image=lambda image: _take(image, pictures, left_out),
    )
    with packages.opened(data) as package:
        left_out += _objects(package)
    root = html_text.parse(result.value)
    left_out += _take_notes(root)
    found = html_text.read(root)
    if not found.blocks:
        raise RefusedError(EMPTY)
    yield Extract(found.blocks, left_out=tuple(left_out), pictures=tuple(pictures.found))


def _take_notes(root: html.HtmlElement) -> list[str]:
    """Remove footnotes and their marks, which mammoth writes as links; return their words."""
    for mark in root.xpath("//sup[a[contains(@id, 'note-ref-')]]"):
        mark.drop_tree()
    for back in root.xpath("//a[starts-with(@href, '#') and contains(@href, 'note-ref-')]"):
        back.drop_tree()
    notes = root.xpath("//li[starts-with(@id, 'footnote-') or starts-with(@id, 'endnote-')]")
    words = [rich_text.collapse(note.text_content()) for note in notes]
    for note in notes:
        note.drop_tree()
    return [f"footnote “{each}”" for each in words]


def _take(image: mammoth.images.Image, pictures: Collector, left_out: list[str]) -> list[object]:
    """Add the picture to `pictures`, else its name to `left_out`."""
    alt = rich_text.collapse(image.alt_text or "")
    data = b""
    with suppress(InvalidFileReferenceError), image.open() as stream:  # a link to a file
        data = stream.read(MAX_BYTES + 1)
    if not pictures.add(alt, data):
        left_out.append(name_picture(alt))
    return []


def _furniture(package: zipfile.ZipFile) -> Iterator[str]:
    """Yield the words of running headers and footers."""
    seen = set()
    for name in filter(_FURNITURE.fullmatch, package.namelist()):
        root = packages.parse_part(package, name)
        for words in _paragraphs(root):
            if words not in seen:
                seen.add(words)
                yield words


def _paragraphs(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{_WORD}p"):
        words = rich_text.collapse("".join(text.text or "" for text in element.iter(f"{_WORD}t")))
        if words:
            yield words


def _comments(package: zipfile.ZipFile) -> Iterator[str]:
    if _COMMENTS in package.namelist():
        for words in _paragraphs(packages.parse_part(package, _COMMENTS)):
            yield f"comment “{words}”"


def _objects(package: zipfile.ZipFile) -> Iterator[str]:
    """Yield the words of charts, diagrams, equations, and text boxes that mammoth does not read."""
    for name in package.namelist():
        if kind := _OBJECTS.fullmatch(name):
            root = packages.parse_part(package, name)
            yield f"{'chart' if kind['chart'] else 'diagram'} “{_words_of(root, ' ')}”"
        elif _DOCUMENT.fullmatch(name):
            root = packages.parse_part(package, name)
            yield from (f"equation “{_words_of(each)}”" for each in root.xpath(_EQUATIONS))
            boxes = (each for each in root.xpath(_BOXES) if not each.xpath(_IN_OLD_SHAPE))
            yield from (f"text box “{_words_of(each)}”" for each in boxes)


def _words_of(element: etree._Element, separator: str = "") -> str:
    return rich_text.collapse(separator.join(element.xpath(_WORDS)))
