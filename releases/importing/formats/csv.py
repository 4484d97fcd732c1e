"""CSV (RFC 4180): one release per row, field names in the first row."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from typing import Any

from releases.importing import decoding
from releases.importing.decoding import UNPACK_ERRORS, InputFile, Source, UnreadableFileError
from releases.importing.fields import build_record
from releases.importing.records import Record, RejectedRecord

csv.field_size_limit(decoding.MAX_FILE_BYTES)


def read(file: InputFile) -> Iterator[Record | RejectedRecord]:
    """Yield the release of each row; several topics in a field are separated by |."""
    with TextIOWrapper(file.open(), _detect_encoding(file), newline="") as lines:
        raw_lines: list[str] = []
        try:
            for number, row in enumerate(csv.DictReader(_tee(lines, raw_lines)), start=1):
                yield _parse_row(row, "".join(raw_lines), f"{file.name}, row {number}")
                raw_lines.clear()
        except (UnicodeDecodeError, csv.Error, *UNPACK_ERRORS) as error:
            raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error


def _parse_row(row: dict[str | Any, str | Any], raw: str, name: str) -> Record | RejectedRecord:
    if None in row or None in row.values():
        return RejectedRecord(name, "It does not have as many fields as the first row.")
    return build_record(row, Source(name, raw.encode(), raw, "utf-8"))


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
