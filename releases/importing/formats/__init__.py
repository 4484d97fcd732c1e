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

READERS = {"text": text.read, "jsonl": jsonl.read, "csv": csv.read, "markdown": markdown.read}
FORMATS = (*READERS, *document.KINDS, *document.SHEETS, *archive.KINDS)


def read_files(
    paths: Iterable[Path], kind: str | None = None, selector: str = ""
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of each file, and of each file in each folder, in order.

    `kind` is one of FORMATS; by default the first bytes and the file name decide. `selector` names
    the element of a page that has the text: `article`, `#id` or `.class`.
    """
    yield from read_all(map(InputFile.at, decoding.find_files(paths)), kind, selector)


def read_file(file: InputFile, kind: str | None = None) -> Iterator[Record | RejectedRecord]:
    """Yield the records of one file; a bad file, line or row is rejected without the others."""
    yield from read_all([file], kind)


def read_all(
    files: Iterable[InputFile], kind: str | None = None, selector: str = ""
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of the files in order; documents share one sandbox process."""
    with Converter(selector) as converter:
        for file in files:
            yield from _read(file, kind, converter)


def _read(
    file: InputFile, kind: str | None, converter: Converter, depth: int = 0
) -> Iterator[Record | RejectedRecord]:
    try:
        found = kind or detect_format(file)
        if found in archive.KINDS:
            yield from _read_archive(file, found, converter, depth)
        elif found in document.SHEETS:
            for table in document.read_tables(file, converter):
                yield from csv.read(table)
        elif found in document.KINDS:
            yield from document.read(file, found, converter)
        elif found in READERS:
            yield from READERS[found](file)
        else:
            raise UnreadableFileError(REFUSALS[found])
    except UnreadableFileError as error:
        yield RejectedRecord(file.name, str(error))


def _read_archive(
    file: InputFile, kind: str, converter: Converter, depth: int
) -> Iterator[Record | RejectedRecord]:
    if depth >= archive.MAX_DEPTH:
        raise UnreadableFileError(archive.TOO_DEEP)
    is_empty = True
    for member in archive.members(file, kind):
        is_empty = False
        if isinstance(member, RejectedRecord):
            yield member
        else:
            yield from _read(member, None, converter, depth + 1)
    if is_empty:
        raise UnreadableFileError(archive.EMPTY)
