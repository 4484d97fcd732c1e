"""Plain text: one release a file, or several below one another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from releases.importing import copied_sites, decoding
from releases.importing.decoding import InputFile, Source
from releases.importing.records import ParsedRecord, Record
from releases.parsing import several
from releases.parsing.parser import parse


def read(file: InputFile) -> Iterator[Record]:
    """Yield the file's releases."""
    source = decoding.read(file)
    pieces = several.split(source.text)
    address = copied_sites.address_of(source.name)
    if len(pieces) == 1:
        yield build_record(source, address)
        return
    for number, piece in enumerate(pieces, 1):
        name = f"{source.name}, release {number}"
        part = Source(name, piece.encode(), piece, "utf-8", source.warnings)
        yield build_record(part, address if number == 1 else "")


def build_record(source: Source, address: str = "") -> Record:
    """Return a record for the source, which had the address on an earlier site."""
    return Record(source, partial(_parse, source, address))


def _parse(source: Source, address: str) -> ParsedRecord:
    text, repairs = decoding.fix_mojibake(source.text)
    parsed = vars(parse(text))
    warnings = source.warnings + repairs + parsed["warnings"]
    return ParsedRecord(**{**parsed, "warnings": warnings}, url=address)
