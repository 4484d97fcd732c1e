"""manifest.csv in a folder or archive: its fields overrule what was read of each file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import PurePosixPath

from releases.importing import decoding, tables
from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.fields import HEADER_FIELDS, KEYS, parse_fields
from releases.importing.formats import archive
from releases.importing.records import ParsedRecord, Record, RejectedRecord
from releases.parsing.warnings import ParseWarning

NAME = archive.MANIFEST
MISSING = "manifest.csv lists this file, but it is not there."
NOT_NAMED = "manifest.csv does not list this file: its fields are only those that the file states."
SEVERAL = "The file has several releases: its row in manifest.csv was ignored."

_COLUMNS = KEYS - {"body"} | {"file"}

Rows = Mapping[str, Mapping[str, str]]  # fields by the name of the file
Found = Iterator[Record | RejectedRecord]


def read(
    files: Iterable[InputFile | RejectedRecord],
    folder: str,
    manifest: InputFile | None,
    reader: Callable[[InputFile], Found],
) -> Found:
    """Yield the records of the files, as the manifest in the folder has them, and a rejection for
    each file that it names in vain."""
    rows = _rows(manifest) if manifest else None
    missing = dict.fromkeys(rows or ())
    for file in files:
        name = _relative(file.name, folder)
        missing.pop(name, None)
        if isinstance(file, RejectedRecord):
            yield file
        elif rows is None:
            yield from reader(file)
        elif name != NAME:
            yield from _overruled(reader(file), rows.get(name))
    for name in missing:
        yield RejectedRecord(f"{folder}/{name}", MISSING)


def _relative(name: str, folder: str) -> str:
    return name.replace("\\", "/").removeprefix(folder.rstrip("/") + "/")


def _rows(manifest: InputFile) -> Rows | None:
    """Return the rows; None if the table names no files."""
    try:
        text = decoding.read(manifest).text.removeprefix("\ufeff")
        head = text.split("\n", 1)[0]
        separator = max(",;\t", key=head.count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        folded = list(map(tables.fold, next(lines, [])))
        names = tables.once(folded, folded, _COLUMNS)
        rows = [dict(zip(names, line, strict=False)) for line in lines]
    except (UnreadableFileError, csv.Error):
        return None  # its reader reports it
    if "file" not in names:
        return None
    return {str(PurePosixPath(_slashes(row["file"]))): row for row in rows if row.get("file")}


def _slashes(name: str) -> str:
    return name.strip().replace("\\", "/")


def _overruled(found: Found, row: Mapping[str, str] | None) -> Found:
    first = list(islice(found, 2))
    records = [each for each in first if isinstance(each, Record)]
    if row is None:
        yield from (_warned(each, NOT_NAMED) for each in first)
        yield from (_warned(each, NOT_NAMED) for each in found)
    elif len(first) == len(records) == 1:
        yield _with_row(records[0], row)
    else:
        yield from (_warned(each, SEVERAL) for each in first)
        yield from (_warned(each, SEVERAL) for each in found)


def _warned(found: Record | RejectedRecord, sentence: str) -> Record | RejectedRecord:
    return (
        replace(found, parse=partial(_warn, found.parse, sentence))
        if isinstance(found, Record)
        else found
    )


def _warn(parse: Callable[[], ParsedRecord], sentence: str) -> ParsedRecord:
    parsed = parse()
    warning = ParseWarning("source_text", "manifest", sentence)
    return replace(parsed, warnings=(*parsed.warnings, warning))


def _with_row(record: Record, row: Mapping[str, str]) -> Record:
    source, name = row.get("source", "").strip(), row.get("id", "").strip()
    key = f"{source}:{name}" if source and name else name or record.key
    unread = tuple(name for name in tables.unread(list(row), _COLUMNS) if name not in record.unread)
    parse = partial(_parse, record.parse, row)
    return replace(record, parse=parse, key=key, unread=(*record.unread, *unread))


def _parse(parse: Callable[[], ParsedRecord], row: Mapping[str, str]) -> ParsedRecord:
    """Return what was read, with the fields that the row gives."""
    parsed = parse()
    fields = {name: value for name, value in row.items() if name in KEYS - {"body"} and value}
    given = parse_fields(fields)
    stated = {name: getattr(given, name) for name in (*HEADER_FIELDS, "url", "topics")}
    stated = {name: value for name, value in stated.items() if value and name in fields}
    kept = [warning for warning in parsed.warnings if warning.field not in stated]
    new = [warning for warning in given.warnings if warning.field in fields]
    embargoes = (*parsed.embargoes, *given.embargoes)
    return replace(parsed, **stated, warnings=(*kept, *new), embargoes=embargoes)
