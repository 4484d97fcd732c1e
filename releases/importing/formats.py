"""Files -> records: plain text, JSON Lines and CSV, each of them gzipped too."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path, PurePath
from typing import IO, Any

from releases.importing import decoding
from releases.importing.decoding import UNPACK_ERRORS, InputFile, Source, UnreadableFileError
from releases.importing.fields import unparsed_record
from releases.importing.records import Record, RejectedRecord, UnparsedRecord
from releases.parsing.parser import parse

FORMAT_OF_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
FORMATS = ("text", "jsonl", "csv")
MAX_LINE_BYTES = 20_000_000

csv.field_size_limit(MAX_LINE_BYTES)


def read_files(
    paths: Iterable[Path], kind: str | None = None
) -> Iterator[UnparsedRecord | RejectedRecord]:
    """The releases of each file named and of each one below the folders named, in order.

    `kind` is text, jsonl or csv; by default each file's name tells.
    """
    for path in decoding.find_files(paths):
        yield from read_file(InputFile.at(path), kind)


def read_file(
    file: InputFile, kind: str | None = None
) -> Iterator[UnparsedRecord | RejectedRecord]:
    """The releases of one file. A bad file, line or row is Rejected, and the rest goes on."""
    try:
        yield from READERS[kind or guess_format(file.name)](file)
    except UnreadableFileError as error:
        yield RejectedRecord(file.name, str(error))


def guess_format(name: str) -> str:
    """By the name's ending, .gz apart; what is not known is plain text."""
    suffix = PurePath(name.removesuffix(".gz")).suffix
    return FORMAT_OF_SUFFIX.get(suffix.lower(), "text")


def read_text(file: InputFile) -> Iterator[UnparsedRecord]:
    """One plain-text release."""
    source = decoding.read(file)
    yield UnparsedRecord(source, partial(parse_text_record, source))


def read_jsonl(file: InputFile) -> Iterator[UnparsedRecord | RejectedRecord]:
    """One JSON object a line (https://jsonlines.org); blank lines are passed over."""
    with file.open() as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if line.strip():
                yield _parse_line(line.rstrip(b"\r\n"), f"{file.name}:{number}")


def read_csv(file: InputFile) -> Iterator[UnparsedRecord | RejectedRecord]:
    """One release a row, its keys in the first row (RFC 4180); several topics stand between |."""
    with TextIOWrapper(file.open(), _detect_encoding(file), newline="") as lines:
        raw_lines: list[str] = []
        try:
            for number, row in enumerate(csv.DictReader(_tee(lines, raw_lines)), start=1):
                yield _parse_row(row, "".join(raw_lines), f"{file.name}, row {number}")
                raw_lines.clear()
        except (UnicodeDecodeError, csv.Error, *UNPACK_ERRORS) as error:
            raise UnreadableFileError(f"It can not be read to its end: {error}.") from error


READERS = {"text": read_text, "jsonl": read_jsonl, "csv": read_csv}


def parse_text_record(source: Source) -> Record:
    """The release that a plain text is."""
    text, repairs = decoding.fix_mojibake(source.text)
    return Record(source, parse(text), source.warnings + repairs)


def _parse_line(line: bytes, name: str) -> UnparsedRecord | RejectedRecord:
    try:
        source = decoding.decode(line, name)
        fields = json.loads(source.text.removeprefix("\ufeff"))
    except UnreadableFileError as error:
        return RejectedRecord(name, str(error))
    except (ValueError, RecursionError) as error:
        return RejectedRecord(name, f"It is no JSON: {error}.")
    if not isinstance(fields, dict):
        return RejectedRecord(
            name, "It is no JSON object: a release is one, with its fields as keys."
        )
    return unparsed_record(fields, source)


def _parse_row(
    row: dict[str | Any, str | Any], raw: str, name: str
) -> UnparsedRecord | RejectedRecord:
    if None in row or None in row.values():
        return RejectedRecord(name, "It has not as many fields as the first row names.")
    return unparsed_record(row, Source(name, raw.encode(), raw, "utf-8"))


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines, one at a time, so that a file of any size is read in little memory."""
    try:
        while line := stream.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                raise UnreadableFileError(
                    f"A line is longer than {MAX_LINE_BYTES // 1_000_000} MB."
                )
            yield line
    except UNPACK_ERRORS as error:
        raise UnreadableFileError(f"It can not be read to its end: {error}.") from error


def _detect_encoding(file: InputFile) -> str:
    """UTF-8 if the whole file is that, else Windows-1252; looked through once before it is read."""
    with file.open() as stream:
        head = stream.read(4)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
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
            raise UnreadableFileError(f"It can not be read to its end: {error}.") from error
    return "utf-8-sig"


def _tee(lines: Iterable[str], raw_lines: list[str]) -> Iterator[str]:
    """The lines, each also noted in `raw_lines`: what a row was read from."""
    for line in lines:
        raw_lines.append(line)
        yield line
