"""CSV (RFC 4180), also with semicolons or tabs: one release per row, field names in the first."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import chain

from releases.importing import decoding, tables
from releases.importing.decoding import UNPACK_ERRORS, InputFile, Source, UnreadableFileError
from releases.importing.fields import KEYS
from releases.importing.formats.rows import build_row
from releases.importing.records import Record, RejectedRecord
from releases.importing.sandboxed import Converter
from releases.importing.tables import DEFAULT, ReadOptions

csv.field_size_limit(decoding.MAX_FILE_BYTES)

SEPARATORS = ",;\t|"

_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(?P<separator>[^\r\n])\r?\n?", re.IGNORECASE)  # by Excel


def read(
    file: InputFile, options: ReadOptions = DEFAULT, converter: Converter | None = None
) -> Iterator[Record | RejectedRecord]:
    """Yield the release of each row; several topics in a field are separated by |."""
    with TextIOWrapper(file.open(), _detect_encoding(file), newline="") as lines:
        raw_lines: list[str] = []
        try:
            first = lines.readline()
            stated = _SEPARATOR_LINE.fullmatch(first)
            head = lines.readline() if stated else first
            separator = stated["separator"] if stated else _detect_separator(head, options)
            rows = csv.reader(chain([head], _tee(lines, raw_lines)), delimiter=separator)
            columns = [name.strip(" \t\r\n\ufeff\"'") for name in next(rows, [])]
            options = options.for_table(file.name, columns[: tables.MAX_COLUMNS])
            names = tables.field_names(columns, options.columns)
            raw_lines.clear()
            for number, row in enumerate(filter(None, rows), start=1):
                at = f"{file.name}, row {number}"
                yield _parse_row(names, row, "".join(raw_lines), at, options, converter)
                raw_lines.clear()
        except (UnicodeDecodeError, csv.Error, *UNPACK_ERRORS) as error:
            raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error


def _detect_separator(head: str, options: ReadOptions) -> str:
    """Return the character that separates the most known names of the first row, else the most
    frequent one."""
    known = {*KEYS, *options.columns}
    names = {mark: list(map(tables.fold, head.split(mark))) for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: (len(known & set(names[mark])), len(names[mark])))


def _parse_row(
    names: list[str],
    row: list[str],
    raw: str,
    name: str,
    options: ReadOptions,
    converter: Converter | None,
) -> Record | RejectedRecord:
    if len(row) != len(names):
        return RejectedRecord(name, "It does not have as many fields as the first row.")
    source = Source(name, raw.encode(), raw, "utf-8")
    fields = dict(zip(names, row, strict=True))
    return build_row(fields, source, options, tables.unread(names), converter)


def _detect_encoding(file: InputFile) -> str:
    """Return UTF-16 by its byte order mark, UTF-8 if the whole file is valid, else Windows-1252."""
    with file.open() as stream:
        head = stream.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            for chunk in iter(lambda: stream.read(1 << 20), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return decoding.WINDOWS_1252
        except UNPACK_ERRORS as error:
            raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error
    return "utf-8-sig"


def _tee(lines: Iterable[str], raw_lines: list[str]) -> Iterator[str]:
    """Yield the lines, appending each to `raw_lines`, the source of the row."""
    for line in lines:
        raw_lines.append(line)
        yield line
