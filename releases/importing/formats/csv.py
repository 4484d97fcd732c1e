"""CSV (RFC 4180), also with semicolons or tabs: one release per row, field names in the first."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import chain

from releases.importing import decoding
from releases.importing.decoding import UNPACK_ERRORS, InputFile, Source, UnreadableFileError
from releases.importing.fields import KEYS, build_record
from releases.importing.records import Record, RejectedRecord

csv.field_size_limit(decoding.MAX_FILE_BYTES)

SEPARATORS = ",;\t|"
MAX_NAMED = 20  # columns in a refusal

_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(?P<separator>[^\r\n])\r?\n?", re.IGNORECASE)  # by Excel


def read(file: InputFile) -> Iterator[Record | RejectedRecord]:
    """Yield the release of each row; several topics in a field are separated by |."""
    with TextIOWrapper(file.open(), _detect_encoding(file), newline="") as lines:
        raw_lines: list[str] = []
        try:
            first = lines.readline()
            stated = _SEPARATOR_LINE.fullmatch(first)
            head = lines.readline() if stated else first
            separator = stated["separator"] if stated else _detect_separator(head)
            rows = csv.reader(chain([head], _tee(lines, raw_lines)), delimiter=separator)
            names = list(map(_field_name, next(rows, [])))
            _check_names(names)
            raw_lines.clear()
            for number, row in enumerate(filter(None, rows), start=1):
                yield _parse_row(names, row, "".join(raw_lines), f"{file.name}, row {number}")
                raw_lines.clear()
        except (UnicodeDecodeError, csv.Error, *UNPACK_ERRORS) as error:
            raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error


def _detect_separator(head: str) -> str:
    """Return the character that separates the most known names of the first row."""
    return max(SEPARATORS, key=lambda mark: sum(map(_is_known, head.split(mark))))


def _is_known(name: str) -> bool:
    return _field_name(name) in KEYS


def _field_name(name: str) -> str:
    """Return a known key in lowercase, without blanks and quotes; other names as they are."""
    known = name.strip(" \t\r\n\ufeff\"'").lower()
    return known if known in KEYS else name


def _check_names(names: list[str]) -> None:
    """Raise UnreadableFileError for a table that has no releases."""
    known = [name for name in names if name in KEYS]
    if "title" in known or "body" in known or ("id" in known and len(known) > 1):
        return
    found = ", ".join(f"“{name[:60]}”" for name in names[:MAX_NAMED])
    raise UnreadableFileError(
        f"No column of its first row is named title or body, only {found}: name the columns as "
        "docs/import-format.md does, if it has releases."
    )


def _parse_row(names: list[str], row: list[str], raw: str, name: str) -> Record | RejectedRecord:
    if len(row) != len(names):
        return RejectedRecord(name, "It does not have as many fields as the first row.")
    fields = dict(zip(names, row, strict=True))
    return build_record(fields, Source(name, raw.encode(), raw, "utf-8"))


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
