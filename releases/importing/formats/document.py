"""Documents, pages, mail and feeds, converted in the sandbox."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from django.utils import timezone

from releases.importing import copied_sites, pictures, several_extracts
from releases.importing.decoding import UNPACK_ERRORS, InputFile, Source, UnreadableFileError
from releases.importing.extracts import Extract
from releases.importing.formats import old_word
from releases.importing.records import Record, RejectedRecord
from releases.importing.rich_parsing import parse_extract
from releases.importing.sandboxed import Converter

MAX_BYTES = 50_000_000
KINDS = ("doc", "docx", "eml", "feed", "html", "json_feed", "mbox", "odt", "pdf", "rtf", "wxr")
ONE_TEXT = ("doc", "docx", "odt", "pdf", "rtf")  # in which several releases follow each other
SHEETS = ("xlsx", "xls", "ods")


def read_tables(file: InputFile, converter: Converter) -> Iterator[InputFile]:
    """Yield the sheets of a spreadsheet as CSV files."""
    for sheet in converter.convert("xlsx", file.name, _read_bytes(file)):
        yield InputFile(f"{file.name}/{sheet.name}.csv", sheet.raw.encode())


def read(file: InputFile, kind: str, converter: Converter) -> Iterator[Record | RejectedRecord]:
    """Yield the releases of the file."""
    data = _read_bytes(file)
    is_old = kind == "doc"
    readable = old_word.to_docx(data) if is_old else data
    for extract in converter.convert("docx" if is_old else kind, file.name, readable):
        name = f"{file.name}, {extract.name}" if extract.name else file.name
        if kind in ONE_TEXT:
            extract = replace(extract, url=copied_sites.address_of(file.name))
        if extract.refusal:
            yield RejectedRecord(name, extract.refusal)
        elif kind in ONE_TEXT and len(parts := several_extracts.split(extract)) > 1:
            for number, part in enumerate(parts, start=1):
                yield _record(replace(part, raw=part.text), f"{name}, release {number}", data, file)
        else:
            yield _record(extract, name, data, file)


def _read_bytes(file: InputFile) -> bytes:
    try:
        with file.open() as stream:
            data = stream.read(MAX_BYTES + 1)
    except UNPACK_ERRORS as error:
        raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error
    if len(data) > MAX_BYTES:
        raise UnreadableFileError(f"It is larger than {MAX_BYTES // 1_000_000} MB: split it first.")
    return data


def _record(extract: Extract, name: str, data: bytes, file: InputFile) -> Record:
    """Return a record whose source is the item's own, else the whole file with its words."""
    if extract.raw:
        source = Source(name, extract.raw.encode("utf-8", "replace"), extract.raw, "utf-8")
    else:
        source = Source(name, data, extract.text, "utf-8")
    loaded, missing = pictures.load(file, extract.pictures, extract.url)
    # The parser may run in another process, which needs no pictures.
    words = replace(extract, left_out=(*extract.left_out, *missing), pictures=())
    parse = partial(parse_extract, words, _date(extract.moment), source.warnings)
    return Record(source, parse, extract.key or None, pictures=loaded)


def _date(moment: str) -> datetime.date | None:
    """Return the day of a date, or of a moment in the office's zone."""
    try:
        at = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return None
    return timezone.localtime(at).date() if at.tzinfo else at.date()
