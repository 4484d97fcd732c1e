"""Input formats, one module each. Gzipped files are decompressed as they are read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from django.db import Error

from releases.importing import decoding
from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.format_detection import detect_format
from releases.importing.formats import (
    archive,
    csv,
    document,
    jsonl,
    manifest,
    markdown,
    text,
    warc,
)
from releases.importing.formats.refusals import REFUSALS
from releases.importing.records import Record, RejectedRecord, rejected_by_error
from releases.importing.sandboxed import Converter
from releases.importing.tables import DEFAULT, ReadOptions

READERS = {"text": text.read, "markdown": markdown.read}
TABLES = {"jsonl": jsonl.read, "csv": csv.read}
PACKED = (*archive.KINDS, "warc")
NO_FILE = "It is a pipe or a device, not a file: save its output as a file, and import that."
LEADS_OUT = "It is a link that leads out of its folder: copy the file that is meant."
FORMATS = (*READERS, *TABLES, *document.KINDS, *document.SHEETS, *PACKED)


def read_files(
    paths: Iterable[Path], kind: str | None = None, options: ReadOptions = DEFAULT
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of each file, and of each file in each folder, in order.

    `kind` is one of FORMATS; by default the first bytes and the file name decide.
    """
    with Converter(options.selector) as converter:
        for path in paths:
            listing = path / manifest.NAME
            yield from manifest.read(
                _in_folder(path),
                str(path),
                InputFile.at(listing) if listing.is_file() else None,
                lambda file: _read(file, kind, converter, options),
            )


def _in_folder(path: Path) -> Iterator[InputFile | RejectedRecord]:
    """Yield the file itself, or those in the folder; links out of the folder, pipes and devices,
    which would be waited for, are rejected."""
    folder = Path(os.path.realpath(path))
    for file in decoding.find_files([path]):
        if file != path and not Path(os.path.realpath(file)).is_relative_to(folder):
            yield RejectedRecord(str(file), LEADS_OUT)
        elif file.exists() and not file.is_file() and not file.is_dir():
            yield RejectedRecord(str(file), NO_FILE)
        else:
            yield InputFile.at(file)


def count(paths: Iterable[Path], kind: str | None = None) -> int:
    """Return about how many records there are: those of tables, and one for each other file."""
    found = chain.from_iterable(map(_in_folder, paths))
    return sum(_count(each, kind) if isinstance(each, InputFile) else 1 for each in found)


def _count(file: InputFile, kind: str | None) -> int:
    try:
        found = kind or detect_format(file)
        return sum(1 for _ in TABLES[found](file, DEFAULT)) if found in TABLES else 1
    except UnreadableFileError:
        return 1


def read_all(
    files: Iterable[InputFile], kind: str | None = None, options: ReadOptions = DEFAULT
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of the files in order; a bad file, line or row is rejected alone.

    Documents share one sandbox process.
    """
    files = list(files)
    listing = next((file for file in files if file.name == manifest.NAME), None)
    with Converter(options.selector) as converter:
        reader = partial(_read, kind=kind, converter=converter, options=options)
        yield from manifest.read(files, "", listing, reader)


def _read(
    file: InputFile, kind: str | None, converter: Converter, options: ReadOptions, depth: int = 0
) -> Iterator[Record | RejectedRecord]:
    try:
        found = kind or detect_format(file)
        if found in PACKED:
            yield from _read_archive(file, found, converter, options, depth)
        elif found in document.SHEETS:
            for table in document.read_tables(file, converter):
                yield from csv.read(table, options, converter)
        elif found in document.KINDS:
            yield from document.read(file, found, converter)
        elif found in TABLES:
            yield from TABLES[found](file, options, converter)
        elif found in READERS:
            yield from READERS[found](file)
        else:
            raise UnreadableFileError(REFUSALS[found])
    except UnreadableFileError as error:
        yield RejectedRecord(file.name, str(error))
    except Error:
        raise
    except Exception:  # the other files are read all the same
        yield rejected_by_error(file.name)


def _read_archive(
    file: InputFile, kind: str, converter: Converter, options: ReadOptions, depth: int
) -> Iterator[Record | RejectedRecord]:
    if depth >= archive.MAX_DEPTH:
        raise UnreadableFileError(archive.TOO_DEEP)
    inner = "html" if kind == "warc" else None
    listing = None if kind == "warc" else archive.manifest(file, kind)
    folder = listing.name.rpartition("/")[0] if listing else file.name
    members = iter(warc.pages(file) if kind == "warc" else archive.members(file, kind))
    first = next(members, None)
    if first is None:
        raise UnreadableFileError(archive.EMPTY)
    yield from manifest.read(
        chain([first], members),
        folder,
        listing,
        lambda member: _read(member, inner, converter, options, depth + 1),
    )
