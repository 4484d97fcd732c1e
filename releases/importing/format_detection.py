"""Detection of an input file's format by its first bytes, then by its name."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath
from typing import IO

from releases.importing.decoding import UNPACK_ERRORS, InputFile

FORMAT_OF_SUFFIX = {
    **{
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "jsonl",
        ".csv": "csv",
        ".tsv": "csv",
        ".eml": "eml",
    },
    # Next to the pages of a copied site.
    **dict.fromkeys((".css", ".js", ".mjs", ".map", ".php", ".sql"), "program"),
}
MARKDOWN_SUFFIXES = (".md", ".markdown")
# How a format begins, and the bytes before that.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"{\\rtf", "rtf"),
    (0, b"%PDF-", "pdf"),
    (0, b"WARC/", "warc"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (257, b"ustar", "tar"),
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"\x89PNG", "picture"),
    (0, b"GIF8", "picture"),
    (0, b"II*\0", "picture"),
    (0, b"MM\0*", "picture"),
    (8, b"WEBP", "picture"),
    (4, b"ftyp", "video"),
    (0, b"RIFF", "video"),
    (0, b"ID3", "video"),
    (0, b"OggS", "video"),
    (0, b"\x1a\x45\xdf\xa3", "video"),
    (0, b"7z\xbc\xaf\x27\x1c", "packed"),
    (0, b"Rar!", "packed"),
    (0, b"BZh", "packed"),
    (0, b"\xfd7zXZ\0", "packed"),
    (0, b"\x28\xb5\x2f\xfd", "packed"),
    (0, b"\x1f\x8b", "packed"),  # gzip in gzip
    (0, b"%!PS", "postscript"),
    (0, b"\xffWPC", "wordperfect"),
    (0, b"SQLite format 3\0", "database"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
)
# In a zip: a file that only this format has.
PARTS = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsx",
    "ppt/presentation.xml": "slides",
    "META-INF/container.xml": "epub",
    "Index/Document.iwa": "pages",
}
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "slides",
    b"application/epub+zip": "epub",
}
OLE_SUFFIXES = {".msg": "msg", ".xls": "xls", ".ppt": "slides", ".pub": "slides"}
ROOTS = {
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "html": "html",
    "document": "xml",
}
HEAD_BYTES = 4_096
MAX_PARTS = 100_000  # files in a zip

_BLANK_OR_COMMENT = re.compile(r"\s*+(?:<!--(?:[^-]|-(?!->))*+-->\s*+|<\?[^>]*+>\s*+)*+")
_FIRST_TAG = re.compile(r"<(?:!doctype\s++)?(?:\w++:)?(?P<name>[a-z][a-z0-9]*+)(?=[\s>/:])", re.I)
_HTML_TAG = re.compile(
    r"html|head|body|title|meta|link|base|style|script|article|main|section|header|nav|div|center"
    r"|table|h[1-6]|p|ul|ol|dl|blockquote|span|font|b|strong|i|em|u|a|br|hr|img"
)
_MAIL_FIELD = re.compile(
    r"(?im)^(from|to|subject|date|received|return-path|message-id|mime-version|content-type"
    r"|delivered-to|x-[\w-]++|dkim-signature|reply-to|cc|sender):"
)
# A release can have lines such as "Date:" and "Subject:", but none of these.
_MAIL_ONLY = {"received", "return-path", "message-id", "mime-version", "delivered-to"}
_MBOX = re.compile(rb"From \S++ +(?:\w{3} ){2} ?\d{1,2} \d\d:\d\d")
_JSON = re.compile(r'\{\s*+"|\[\s*+\{')
_MARKDOWN = re.compile(r"---[ \t]*+\r?\n|# \S")
_JSON_FEED = re.compile(r'"version"\s*+:\s*+"https?:\\?/\\?/jsonfeed\.org')


def detect_format(file: InputFile) -> str:
    """Return the format that the first bytes show, else the one that the name's suffix names;
    plain text by default. Raises UnreadableFileError if the file cannot be opened."""
    return detect_head(_head(file), file)


def detect_head(head: bytes, file: InputFile) -> str:
    """Return the format of a file that begins with these bytes."""
    suffix = PurePath(file.name.removesuffix(".gz")).suffix.lower()
    for start, signature, kind in SIGNATURES:
        if head.startswith(signature, start):
            return _detect_container(kind, file, suffix)
    if b"%PDF-" in head[:1_024] and b"\0" in head:
        return "pdf"
    if _MBOX.match(head):
        return "mbox"
    return _detect_text(head, suffix) or FORMAT_OF_SUFFIX.get(suffix, "text")


def _head(file: InputFile) -> bytes:
    try:
        with file.open() as stream:
            return stream.read(HEAD_BYTES)
    except UNPACK_ERRORS:
        return b""  # the reader of the format that the name shows reports it


def _detect_container(kind: str, file: InputFile, suffix: str) -> str:
    """Return the format of what a zip or an OLE file contains."""
    if kind == "ole":
        return OLE_SUFFIXES.get(suffix, "doc")
    if kind != "zip":
        return kind
    try:
        with file.open() as stream:
            return _detect_in_zip(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, *UNPACK_ERRORS):
        return "damaged_zip"


def _detect_in_zip(stream: IO[bytes]) -> str:
    with zipfile.ZipFile(stream) as packed:
        names = packed.namelist()[:MAX_PARTS]
        if "mimetype" in names[:3]:
            with packed.open("mimetype") as part:
                if kind := OPEN_DOCUMENTS.get(part.read(100).strip()):
                    return kind
    if "datapackage.json" in names and any(name.startswith("archive/") for name in names):
        return "wacz"
    found = (PARTS[name] for name in names if name in PARTS)
    return next(found, "zip")


def _detect_text(head: bytes, suffix: str) -> str:
    """Return the format of a text that begins as markup, JSON or a mail; else ""."""
    text = _decode(head)
    start = _BLANK_OR_COMMENT.match(text)
    rest = text[start.end() if start else 0 :]
    if rest.startswith("<"):
        return _detect_markup(text, rest)
    if rest.startswith("{") and _JSON_FEED.search(rest):
        return "json_feed"
    if _JSON.match(rest) and suffix not in FORMAT_OF_SUFFIX:
        return "jsonl"
    if suffix in MARKDOWN_SUFFIXES and _MARKDOWN.match(rest):
        return "markdown"
    fields = _mail_fields(rest)
    return "eml" if len(fields) > 2 and fields & _MAIL_ONLY else ""


def _decode(head: bytes) -> str:
    """Decode what is compared with ASCII only."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _detect_markup(text: str, rest: str) -> str:
    tag = _FIRST_TAG.match(rest)
    name = tag["name"].lower() if tag else ""
    if name == "rss" and ("wordpress.org/export/" in text or "wp:wxr_version" in text):
        return "wxr"
    if name == "document" and "opendocument:xmlns:office" in text:
        return "odt"
    if _HTML_TAG.fullmatch(name):
        return "html"
    if name in ROOTS:
        return ROOTS[name]
    return "xml" if rest.startswith("<!") or text.lstrip().startswith("<?xml") else ""


def _mail_fields(text: str) -> set[str]:
    """Return the names of the mail header's fields, in lowercase."""
    header = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    if not _MAIL_FIELD.match(header) and not header.startswith(("X-", "ARC-", "DKIM-")):
        return set()
    return {found[1].lower() for found in _MAIL_FIELD.finditer(header)}
