"""Plain text: one release a file, or several below one another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from releases.importing import decoding
from releases.importing.decoding import InputFile, Source
from releases.importing.records import ParsedRecord, Record
from releases.parsing import several
from releases.parsing.parser import parse


def read(file: InputFile) -> Iterator[Record]:
    """Yield the file's releases."""
    source = decoding.read(file)
    pieces = several.split(source.text)
    if len(pieces) == 1:
        yield build_record(source)
        return
    for number, piece in enumerate(pieces, 1):
        name = f"{source.name}, release {number}"
        yield build_record(Source(name, piece.encode(), piece, "utf-8", source.warnings))


def build_record(source: Source) -> Record:
    """Return a record for the source."""
    return Record(source, partial(_parse, source))


def _parse(source: Source) -> ParsedRecord:
    text, repairs = decoding.fix_mojibake(source.text)
    parsed = vars(parse(text))
    warnings = source.warnings + repairs + parsed["warnings"]
    return ParsedRecord(**{**parsed, "warnings": warnings})
