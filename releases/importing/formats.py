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
from releases.importing.decoding import UNPACKING, File, Source, Unreadable
from releases.importing.fields import found_in
from releases.importing.records import Found, Record, Rejected
from releases.parsing.parser import parse

FORMAT_OF_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
FORMATS = ("text", "jsonl", "csv")
LONGEST_LINE = 20_000_000

csv.field_size_limit(LONGEST_LINE)


def read_files(paths: Iterable[Path], kind: str | None = None) -> Iterator[Found | Rejected]:
    """The releases of each file named and of each one below the folders named, in order.

    `kind` is text, jsonl or csv; by default each file's name tells.
    """
    for path in decoding.find_files(paths):
        yield from read_file(File.at(path), kind)


def read_file(file: File, kind: str | None = None) -> Iterator[Found | Rejected]:
    """The releases of one file. A bad file, line or row is Rejected, and the rest goes on."""
    try:
        yield from READERS[kind or format_of(file.name)](file)
    except Unreadable as error:
        yield Rejected(file.name, str(error))


def format_of(name: str) -> str:
    """By the name's ending, .gz apart; what is not known is plain text."""
    suffix = PurePath(name.removesuffix(".gz")).suffix
    return FORMAT_OF_SUFFIX.get(suffix.lower(), "text")


def read_text(file: File) -> Iterator[Found]:
    """One plain-text release."""
    source = decoding.read(file)
    yield Found(source, partial(record_of_text, source))


def read_jsonl(file: File) -> Iterator[Found | Rejected]:
    """One JSON object a line (https://jsonlines.org); blank lines are passed over."""
    with file.open() as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if line.strip():
                yield _found_in_line(line.rstrip(b"\r\n"), f"{file.name}:{number}")


def read_csv(file: File) -> Iterator[Found | Rejected]:
    """One release a row, its keys in the first row (RFC 4180); several topics stand between |."""
    with TextIOWrapper(file.open(), _encoding_of(file), newline="") as lines:
        taken: list[str] = []
        try:
            for number, row in enumerate(csv.DictReader(_remember(lines, taken)), start=1):
                yield _found_in_row(row, "".join(taken), f"{file.name}, row {number}")
                taken.clear()
        except (UnicodeDecodeError, csv.Error, *UNPACKING) as error:
            raise Unreadable(f"It can not be read to its end: {error}.") from error


READERS = {"text": read_text, "jsonl": read_jsonl, "csv": read_csv}


def record_of_text(source: Source) -> Record:
    """The release that a plain text is."""
    text, repairs = decoding.repair(source.text)
    return Record(source, parse(text), source.warnings + repairs)


def _found_in_line(line: bytes, name: str) -> Found | Rejected:
    try:
        source = decoding.decode(line, name)
        fields = json.loads(source.text.removeprefix("\ufeff"))
    except Unreadable as error:
        return Rejected(name, str(error))
    except (ValueError, RecursionError) as error:
        return Rejected(name, f"It is no JSON: {error}.")
    if not isinstance(fields, dict):
        return Rejected(name, "It is no JSON object: a release is one, with its fields as keys.")
    return found_in(fields, source)


def _found_in_row(row: dict[str | Any, str | Any], raw: str, name: str) -> Found | Rejected:
    if None in row or None in row.values():
        return Rejected(name, "It has not as many fields as the first row names.")
    return found_in(row, Source(name, raw.encode(), raw, "utf-8"))


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines, one at a time, so that a file of any size is read in little memory."""
    try:
        while line := stream.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise Unreadable(f"A line is longer than {LONGEST_LINE // 1_000_000} MB.")
            yield line
    except UNPACKING as error:
        raise Unreadable(f"It can not be read to its end: {error}.") from error


def _encoding_of(file: File) -> str:
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
            return decoding.WINDOWS
        except UNPACKING as error:
            raise Unreadable(f"It can not be read to its end: {error}.") from error
    return "utf-8-sig"


def _remember(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """The lines, each also noted in `taken`: what a row was read from."""
    for line in lines:
        taken.append(line)
        yield line
