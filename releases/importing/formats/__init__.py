"""Input formats, one module each. Gzipped files are decompressed as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from releases.importing import decoding
from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.format_detection import detect_format
from releases.importing.formats import archive, csv, document, jsonl, markdown, text
from releases.importing.formats.refusals import REFUSALS
from releases.importing.records import Record, RejectedRecord
from releases.importing.sandboxed import Converter
from releases.importing.tables import DEFAULT, ReadOptions

READERS = {"text": text.read, "markdown": markdown.read}
TABLES = {"jsonl": jsonl.read, "csv": csv.read}
FORMATS = (*READERS, *TABLES, *document.KINDS, *document.SHEETS, *archive.KINDS)


def read_files(
    paths: Iterable[Path], kind: str | None = None, options: ReadOptions = DEFAULT
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of each file, and of each file in each folder, in order.

    `kind` is one of FORMATS; by default the first bytes and the file name decide.
    """
    yield from read_all(map(InputFile.at, decoding.find_files(paths)), kind, options)


def read_file(file: InputFile, kind: str | None = None) -> Iterator[Record | RejectedRecord]:
    """Yield the records of one file; a bad file, line or row is rejected without the others."""
    yield from read_all([file], kind)


def read_all(
    files: Iterable[InputFile], kind: str | None = None, options: ReadOptions = DEFAULT
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of the files in order; documents share one sandbox process."""
    with Converter(options.selector) as converter:
        for file in files:
            yield from _read(file, kind, converter, options)


def _read(
    file: InputFile, kind: str | None, converter: Converter, options: ReadOptions, depth: int = 0
) -> Iterator[Record | RejectedRecord]:
    try:
        found = kind or detect_format(file)
        if found in archive.KINDS:
            yield from _read_archive(file, found, converter, options, depth)
        elif found in document.SHEETS:
            for table in document.read_tables(file, converter):
                yield from csv.read(table, options)
        elif found in document.KINDS:
            yield from document.read(file, found, converter)
        elif found in TABLES:
            yield from TABLES[found](file, options)
        elif found in READERS:
            yield from READERS[found](file)
        else:
            raise UnreadableFileError(REFUSALS[found])
    except UnreadableFileError as error:
        yield RejectedRecord(file.name, str(error))


def _read_archive(
    file: InputFile, kind: str, converter: Converter, options: ReadOptions, depth: int
) -> Iterator[Record | RejectedRecord]:
    if depth >= archive.MAX_DEPTH:
        raise UnreadableFileError(archive.TOO_DEEP)
    is_empty = True
    for member in archive.members(file, kind):
        is_empty = False
        if isinstance(member, RejectedRecord):
            yield member
        else:
            yield from _read(member, None, converter, options, depth + 1)
    if is_empty:
        raise UnreadableFileError(archive.EMPTY)
