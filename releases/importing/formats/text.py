"""Plain text: one release a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from releases.importing import decoding
from releases.importing.decoding import InputFile, Source
from releases.importing.records import Record, UnparsedRecord
from releases.parsing.parser import parse


def read(file: InputFile) -> Iterator[UnparsedRecord]:
    """Yield the file's release."""
    source = decoding.read(file)
    yield UnparsedRecord(source, partial(parse_record, source))


def parse_record(source: Source) -> Record:
    """Parse the release that the source is."""
    text, repairs = decoding.fix_mojibake(source.text)
    return Record(source, parse(text), source.warnings + repairs)
