"""Renditions of a release by suffix, with media type and maker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import import_string

from releases.output.edition import Edition
from releases.output.renditions import bibtex, csl, json_document, markdown, pdf, ris, text


@dataclass(frozen=True)
class Rendition:
    """A download format; `make` returns its bytes."""

    label: str
    media_type: str
    make: Callable[[Edition], bytes]
    is_citation: bool = False


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _make_word(edition: Edition) -> bytes:
    # Its library takes megabytes in each process that has it.
    content: bytes = import_string("releases.output.renditions.word.make")(edition)
    return content


RENDITIONS = {
    "txt": Rendition("Plain text", "text/plain; charset=utf-8", text.make),
    "md": Rendition("Markdown", "text/markdown; charset=utf-8", markdown.make),
    "json": Rendition("JSON", "application/json", json_document.make),
    "pdf": Rendition("PDF", "application/pdf", pdf.make),
    "docx": Rendition("Word", WORD_TYPE, _make_word),
    "bib": Rendition("BibTeX", "application/x-bibtex; charset=utf-8", bibtex.make, True),
    "ris": Rendition("RIS", "application/x-research-info-systems", ris.make, True),
    "csl.json": Rendition("CSL-JSON", "application/vnd.citationstyles.csl+json", csl.make, True),
}


def download_links(edition: Edition, *, citations: bool) -> dict[str, str]:
    """Return the URLs of the edition's citation files, or of the others, by label."""
    return {
        row.label: edition.rendition(suffix)
        for suffix, row in RENDITIONS.items()
        if row.is_citation == citations
    }
