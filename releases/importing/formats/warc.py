"""Web archives (WARC 1.1, ISO 28500): the pages that a crawler stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.records import RejectedRecord

MAX_RECORDS = 1_000_000
MAX_HEADER_BYTES = 1_000_000
MAX_PAGE_BYTES = 20_000_000
ABOUT_THE_CRAWL = ("request", "warcinfo", "metadata")
PAGES = ("text/html", "application/xhtml+xml")
DAMAGED = "It is a damaged web archive, which cannot be read to the end: copy it again."
# warcio reads a record without an address or a type as if it had one.
ERRORS = (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError, TypeError)
TOO_MANY = f"It has more than {MAX_RECORDS:,} records: split it."
TOO_LARGE = f"It is larger than {MAX_PAGE_BYTES // 1_000_000} MB."


def pages(file: InputFile) -> Iterator[InputFile | RejectedRecord]:
    """Yield the pages, named for their addresses, then one rejection that counts all else.

    Raises UnreadableFileError.
    """
    others: Counter[str] = Counter()
    try:
        with file.open() as stream:
            for number, record in enumerate(_records(stream)):
                if number >= MAX_RECORDS:
                    raise UnreadableFileError(TOO_MANY)
                if record.rec_type in ABOUT_THE_CRAWL:
                    continue
                if other := _other(record):
                    others[other] += 1
                else:
                    yield _page(record, file.name)
    except ERRORS as error:
        raise UnreadableFileError(DAMAGED) from error
    if others:
        counts = ", ".join(f"{count:,} × {kind}" for kind, count in others.most_common(20))
        yield RejectedRecord(file.name, f"Not imported, because they are not pages: {counts}.")


class _Bounded:
    """Stream that ends with an error after `left` bytes: warcio reads a line of any length."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.left = stream, float(MAX_HEADER_BYTES)

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise ValueError("A header is too long.")
        return data


def _records(stream: IO[bytes]) -> Iterator[Any]:
    """Yield the records; each is read to its end before the next header."""
    bounded = _Bounded(stream)
    records = iter(ArchiveIterator(bounded))
    while (record := next(records, None)) is not None:
        bounded.left = inf
        yield record
        while record.raw_stream.read(1 << 16):
            pass
        bounded.left = MAX_HEADER_BYTES


def _other(record: Any) -> str:
    """Return the kind of a record that is not a page, "" for a page."""
    if record.rec_type != "response":
        return f"{record.rec_type} record"[:60]
    if record.http_headers is None:
        return "answer without HTTP"
    status = record.http_headers.get_statuscode()
    kind = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    if status != "200":
        return f"status {status[:9]}"
    return "" if kind in PAGES else kind[:60] or "without type"


def _page(record: Any, name: str) -> InputFile | RejectedRecord:
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    data = record.content_stream().read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        return RejectedRecord(f"{name}/{address}", TOO_LARGE)
    return InputFile(f"{name}/{address.strip('<>')}", data)
