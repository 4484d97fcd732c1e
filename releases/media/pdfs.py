"""Sandboxed worker that reads an uploaded PDF's page count and text."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from releases.media import sandbox
from releases.media.sandbox import TOO_EXPENSIVE, UnusableFileError

MAX_PAGES = 2_000
MAX_CHARACTERS = 500_000  # for search only
MAX_SECONDS = 30  # of text extraction; the text read by then is used
MAX_OBJECTS = 2_000_000

# To a page of this document, or to a URL that viewers show before opening it.
HARMLESS_ACTIONS = {"/GoTo", "/URI", "/Named"}
ACTIONS = HARMLESS_ACTIONS | {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR", "/GoToE"),
    *("/GoToDp", "/Rendition", "/Movie", "/Sound", "/Hide", "/SetOCGState", "/Trans"),
    *("/GoTo3DView", "/RichMediaExecute", "/Thread", "/NOP"),
}
ACTIVE_ANNOTATIONS = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"}
ACTIVE_KEYS = {"/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/XFA", "/RichMediaContent"}
SAFE_SCHEMES = {"http", "https", "mailto"}
SCHEME = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]*+):")
# Viewers and browsers ignore these when they parse the scheme of a URL.
IGNORED_IN_SCHEME = re.compile(r"[\x00-\x20\x7f-\xa0]")
ACTIVE_CONTENT = (
    "The PDF carries a script, an action or an embedded file: print it to a new PDF, and "
    "upload that."
)
LOCKED = "The PDF is locked with a password: save it without one, and upload that."
UNSAFE_LINK = (
    "The PDF has a link that is neither to a web page nor to an e-mail address (it begins with "
    "{scheme}:): remove the link from the document, save it as PDF, and upload that."
)
DAMAGED = "The PDF is damaged: open it on your computer, print it to a new PDF, and upload that."
# Characters that PostgreSQL cannot store in text, control characters and lone surrogates.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def read(source: Path) -> dict[str, Any]:
    """Return media type, number of pages and searchable text. Raises UnusableFileError."""
    with source.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise UnusableFileError("It is not a PDF. Save the document as PDF, and upload that.")
    try:
        reader = PdfReader(source)
        # The empty password opens PDFs that only restrict printing and copying.
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnusableFileError(LOCKED)
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise UnusableFileError(f"The PDF has {pages:,} pages. The limit is {MAX_PAGES:,}.")
        _reject_active_content(reader)
        return {"media_type": "application/pdf", "pages": pages, "text": _extract_text(reader)}
    except DependencyError:  # a cipher that is not installed here
        raise UnusableFileError(LOCKED) from None
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # pypdf lets these through from a broken structure.
        raise UnusableFileError(DAMAGED) from None


def _reject_active_content(reader: PdfReader) -> None:
    """Raise UnusableFileError for scripts, launch actions, forms and embedded files (ISO 32000-2,
    12.6)."""
    # Visits every object, as any of them can be reached by a viewer.
    stack: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while stack:
        found = stack.pop()
        looked_at += 1
        if looked_at > MAX_OBJECTS:
            raise UnusableFileError(TOO_EXPENSIVE)
        if isinstance(found, IndirectObject):
            key = (found.idnum, found.generation)
            if key not in seen:
                seen.add(key)
                stack.append(found.get_object())
        elif isinstance(found, DictionaryObject):
            _reject_active_dictionary(found)
            stack += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            stack += list.__iter__(found)


def _reject_active_dictionary(found: DictionaryObject) -> None:
    """Raise UnusableFileError for an action other than going to a page or URL, and for embedded
    media."""
    action = _resolved(found, "/S")
    is_action = _resolved(found, "/Type") == "/Action" or action in ACTIONS
    is_inert = not is_action or action in HARMLESS_ACTIONS
    is_file = _resolved(found, "/Type") == "/EmbeddedFile" or "/EF" in found
    kind = _resolved(found, "/Subtype")
    if not is_inert or is_file or kind in ACTIVE_ANNOTATIONS or ACTIVE_KEYS & found.keys():
        raise UnusableFileError(ACTIVE_CONTENT)
    for key in ("/URI", "/Base"):  # a link's URL, and the base of relative ones
        _reject_unsafe_link(_resolved(found, key))


def _reject_unsafe_link(address: Any) -> None:
    """Raise UnusableFileError for a link with a scheme other than web or e-mail, for
    example javascript:."""
    if isinstance(address, bytes):
        address = address.decode("latin-1")
    scheme = SCHEME.match(IGNORED_IN_SCHEME.sub("", address)) if isinstance(address, str) else None
    if scheme and scheme[1].lower() not in SAFE_SCHEMES:
        raise UnusableFileError(UNSAFE_LINK.format(scheme=scheme[1][:40]))


def _resolved(found: DictionaryObject, key: str) -> Any:
    """Return the value, following an indirect reference."""
    value = found.raw_get(key) if key in found else None
    return value.get_object() if isinstance(value, IndirectObject) else value


def _extract_text(reader: PdfReader) -> str:
    """Return the text of the pages, within the limits."""
    began, texts, length = time.monotonic(), [], 0
    for page in reader.pages:
        if length > MAX_CHARACTERS or time.monotonic() - began > MAX_SECONDS:
            break
        texts.append(page.extract_text())
        length += len(texts[-1])
    return UNPRINTABLE.sub(" ", "\n".join(texts))[:MAX_CHARACTERS].strip()


if __name__ == "__main__":
    sandbox.worker_main(read)
