"""Web archives (WARC 1.1, ISO 28500): the pages that a crawler stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.records import RejectedRecord

MAX_RECORDS = 1_000_000
MAX_PAGE_BYTES = 20_000_000
PAGES = ("text/html", "application/xhtml+xml")
DAMAGED = "It is a damaged web archive, which cannot be read to the end: copy it again."
TOO_MANY = f"It has more than {MAX_RECORDS:,} records: split it."
TOO_LARGE = f"It is larger than {MAX_PAGE_BYTES // 1_000_000} MB."


def pages(file: InputFile) -> Iterator[InputFile | RejectedRecord]:
    """Yield the pages, named for their addresses, then one rejection that counts what is none.

    Raises UnreadableFileError.
    """
    others: Counter[str] = Counter()
    try:
        with file.open() as stream:
            for number, record in enumerate(ArchiveIterator(stream)):
                if number >= MAX_RECORDS:
                    raise UnreadableFileError(TOO_MANY)
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                if other := _other(record):
                    others[other] += 1
                else:
                    yield _page(record, file.name)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        raise UnreadableFileError(DAMAGED) from error
    if others:
        counts = ", ".join(f"{count:,} × {kind}" for kind, count in others.most_common(20))
        yield RejectedRecord(file.name, f"Some of what it has are no pages: {counts}.")


def _other(record: Any) -> str:
    """Return what the answer is, if it is no page."""
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
