"""Input formats, one module each. Gzipped files are decompressed as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from releases.importing import decoding
from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.format_detection import detect_format
from releases.importing.formats import csv, jsonl, text
from releases.importing.formats.refusals import REFUSALS
from releases.importing.records import Record, RejectedRecord

READERS = {"text": text.read, "jsonl": jsonl.read, "csv": csv.read}
FORMATS = tuple(READERS)


def read_files(paths: Iterable[Path], kind: str | None = None) -> Iterator[Record | RejectedRecord]:
    """Yield the records of each file, and of each file in each folder, in order.

    `kind` is one of FORMATS; by default the first bytes and the file name decide.
    """
    for path in decoding.find_files(paths):
        yield from read_file(InputFile.at(path), kind)


def read_file(file: InputFile, kind: str | None = None) -> Iterator[Record | RejectedRecord]:
    """Yield the records of one file; a bad file, line or row is rejected without the others."""
    try:
        found = kind or detect_format(file)
        if found not in READERS:
            raise UnreadableFileError(REFUSALS[found])
        yield from READERS[found](file)
    except UnreadableFileError as error:
        yield RejectedRecord(file.name, str(error))
