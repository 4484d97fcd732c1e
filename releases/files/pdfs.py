"""An uploaded PDF -> its number of pages and its text. Runs in the sandbox."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from releases.files import sandbox
from releases.files.sandbox import Unusable

MAX_PAGES = 2_000
MAX_CHARACTERS = 500_000  # what is found by search; the file itself is kept whole
MAX_SECONDS = 30  # of reading text; what was read by then is kept

DAMAGED = "The PDF is damaged: open it on your computer, print it to a new PDF, and upload that."
# What PostgreSQL's text does not hold, and what stands for no character at all.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def read(source: Path) -> dict[str, Any]:
    """Its media type, its number of pages and the text that a search finds in it. Raises
    Unusable."""
    with source.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise Unusable("It is not a PDF. Save the document as PDF, and upload that.")
    try:
        reader = PdfReader(source)
        if reader.is_encrypted:
            raise Unusable("The PDF is locked with a password: save it without, and upload that.")
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise Unusable(f"The PDF has {pages:,} pages; at most {MAX_PAGES:,} can be taken.")
        _refuse_what_acts(reader.root_object)
        return {"media_type": "application/pdf", "pages": pages, "text": _text(reader)}
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise Unusable(DAMAGED) from None  # pypdf lets these through from a broken structure


def _refuse_what_acts(root: DictionaryObject) -> None:
    """Scripts, programs to start and files inside it have no place in a public record."""
    names = _dictionary(root, "/Names")
    opening = _dictionary(root, "/OpenAction")
    if (
        "/JavaScript" in names
        or "/EmbeddedFiles" in names
        or "/AA" in root
        or opening.get("/S") in ("/JavaScript", "/Launch")
    ):
        raise Unusable(
            "The PDF carries a script or another file inside it: print it to a new PDF, "
            "and upload that."
        )


def _dictionary(parent: DictionaryObject, key: str) -> DictionaryObject:
    """What stands there, where it is a dictionary."""
    found = parent[key].get_object() if key in parent else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _text(reader: PdfReader) -> str:
    """The pages' text, as far as the bounds allow."""
    began, texts, length = time.monotonic(), [], 0
    for page in reader.pages:
        if length > MAX_CHARACTERS or time.monotonic() - began > MAX_SECONDS:
            break
        texts.append(page.extract_text())
        length += len(texts[-1])
    return UNPRINTABLE.sub(" ", "\n".join(texts))[:MAX_CHARACTERS].strip()


if __name__ == "__main__":
    sandbox.serve(read)
