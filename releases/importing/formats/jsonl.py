"""JSON: one release a line (https://jsonlines.org), an array of them, or an object around it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from releases.importing import decoding
from releases.importing.decoding import UNPACK_ERRORS, InputFile, Source, UnreadableFileError
from releases.importing.fields import build_record
from releases.importing.formats.rows import build_row
from releases.importing.records import Record, RejectedRecord
from releases.importing.sandboxed import Converter
from releases.importing.tables import DEFAULT, OF_A_RELEASE, ObjectReader, ReadOptions, fold

MAX_LINE_BYTES = 20_000_000
MAX_WRAPPERS = 3  # objects around a list of releases, besides the first


class _Reader(ObjectReader):
    """Reader of one file's objects, with the converter of HTML in them."""

    def __init__(self, name: str, options: ReadOptions, converter: Converter | None) -> None:
        super().__init__(name, options)
        self.converter = converter


def read(
    file: InputFile, options: ReadOptions = DEFAULT, converter: Converter | None = None
) -> Iterator[Record | RejectedRecord]:
    """Yield the release of each line, skipping blank lines, or of each object of one document."""
    reader = _Reader(file.name, options, converter)
    document = _read_document(file)
    if document is not None:
        yield from _items(document, file.name, reader)
        return
    with file.open() as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if line.strip():
                yield from _parse_line(line.rstrip(b"\r\n"), f"{file.name}:{number}", reader)


def _read_document(file: InputFile) -> Any | None:
    """Return the value of a file that is one JSON document over several lines, else None."""
    with file.open() as stream:
        try:
            first = next(filter(bytes.strip, _lines(stream)), b"")
        except UnreadableFileError:
            return None
        if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) or _is_json(first):
            return None
    try:
        return json.loads(decoding.read(file).text.removeprefix("\ufeff"))
    except (UnreadableFileError, ValueError, RecursionError):
        return None  # read by line, which names the line that is no JSON


def _is_json(line: bytes) -> bool:
    try:
        return json.loads(line.decode("utf-8-sig")) is not None
    except (ValueError, RecursionError):
        return False


def _parse_line(line: bytes, name: str, reader: _Reader) -> Iterator[Record | RejectedRecord]:
    try:
        source = decoding.decode(line, name)
        value = json.loads(source.text.removeprefix("\ufeff"))
    except UnreadableFileError as error:
        yield RejectedRecord(name, str(error))
    except (ValueError, RecursionError) as error:
        yield RejectedRecord(name, f"It is not JSON: {error}.")
    else:
        if isinstance(value, dict) and _wrapped(value, reader) is None:
            yield _record(value, source, reader)
        else:
            yield from _items(value, name, reader)


def _record(value: dict[str, Any], source: Source, reader: _Reader) -> Record | RejectedRecord:
    if _is_own_rendition(value):
        return build_record(_own_fields(value), source)
    try:
        fields, unread = reader.fields(value)
    except UnreadableFileError as error:
        return RejectedRecord(source.name, str(error))
    return build_row(fields, source, reader.options, unread, reader.converter)


def _items(value: Any, name: str, reader: _Reader) -> Iterator[Record | RejectedRecord]:
    """Yield the releases of an array, of the array in an object, or of one object."""
    found = _wrapped(value, reader) if isinstance(value, dict) else value
    items = found if isinstance(found, list) and found else [value]
    for number, item in enumerate(items, start=1):
        at = name if len(items) == 1 else f"{name}, item {number}"
        if isinstance(item, dict):
            raw = json.dumps(item, ensure_ascii=False, indent=1)
            source = Source(at, raw.encode("utf-8", "backslashreplace"), raw, "utf-8")
            yield _record(item, source, reader)
        else:
            yield RejectedRecord(
                at, "It is not a JSON object: write a release as one, with its fields as keys."
            )


def _wrapped(value: dict[str, Any], reader: _Reader, depth: int = 0) -> list[Any] | None:
    """Return the only list of objects in an object that is no release itself, or in its objects."""
    mapped = {path.partition(".")[0] for path in reader.options.columns}
    known = {*OF_A_RELEASE, *mapped}
    if _has_key(value, known):
        return None
    lists = [each for each in value.values() if _is_list_of_objects(each)]
    is_named = depth and any(isinstance(each, str) for each in value.values())
    if lists and is_named and not any(_has_key(item, known) for each in lists for item in each):
        return None  # it may be one text in parts
    if not lists and depth < MAX_WRAPPERS:
        inner = [each for each in value.values() if isinstance(each, dict)]
        lists = list(filter(None, (_wrapped(each, reader, depth + 1) for each in inner)))
    return lists[0] if len(lists) == 1 else None


def _has_key(value: dict[str, Any], known: set[str]) -> bool:
    return any(fold(key) in known for key in value)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _is_own_rendition(value: dict[str, Any]) -> bool:
    return {"number", "version", "paragraph_numbers"} <= value.keys()


def _own_fields(value: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of our own JSON rendition without our address."""
    topics = [each["name"] for each in value.get("topics") or () if isinstance(each, dict)]
    return {key: value[key] for key in value if key != "url"} | {"topics": topics}


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
