"""JSON Lines (https://jsonlines.org): one release a line, an object with its fields as keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from releases.importing import decoding
from releases.importing.decoding import UNPACK_ERRORS, InputFile, UnreadableFileError
from releases.importing.fields import build_record
from releases.importing.records import Record, RejectedRecord

MAX_LINE_BYTES = 20_000_000


def read(file: InputFile) -> Iterator[Record | RejectedRecord]:
    """Yield the release of each line, skipping blank lines."""
    with file.open() as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if line.strip():
                yield _parse_line(line.rstrip(b"\r\n"), f"{file.name}:{number}")


def _parse_line(line: bytes, name: str) -> Record | RejectedRecord:
    try:
        source = decoding.decode(line, name)
        fields = json.loads(source.text.removeprefix("\ufeff"))
    except UnreadableFileError as error:
        return RejectedRecord(name, str(error))
    except (ValueError, RecursionError) as error:
        return RejectedRecord(name, f"It is not JSON: {error}.")
    if not isinstance(fields, dict):
        return RejectedRecord(
            name, "It is not a JSON object: write a release as one, with its fields as keys."
        )
    return build_record(fields, source)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    # One line at a time: a file of any size takes little memory.
    try:
        while line := stream.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                raise UnreadableFileError(
                    f"A line is longer than {MAX_LINE_BYTES // 1_000_000} MB."
                )
            yield line
    except UNPACK_ERRORS as error:
        raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error
