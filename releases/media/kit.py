"""Media kit: everything a newsroom needs from a release in one ZIP file."""

from __future__ import annotations

import datetime
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from releases.media.stored_files import CHUNK_SIZE
from releases.models import Release
from releases.models.files import ReleaseFile

EARLIEST = (1980, 1, 1, 0, 0, 0)  # of the ZIP format


@dataclass(frozen=True)
class Entry:
    """A file of the kit: `content`, or the name of a stored file."""

    name: str
    sha256: str
    content: bytes = b""
    stored: str = ""

    def chunks(self) -> Iterator[bytes]:
        if not self.stored:
            yield self.content
            return
        with default_storage.open(self.stored) as file:
            yield from file.chunks(CHUNK_SIZE)


def entries(release: Release, text: bytes) -> list[Entry]:
    """Return text, full-size pictures, attachments, credits and checksums (for `sha256sum -c`)."""
    images, papers = release.image_rows, release.attachment_rows
    pictures = _numbered_entries(images, f"{release.number}-image")
    context = {"release": release, "credited": list(zip(pictures, images, strict=True))}
    credits_ = render_to_string("releases/kit/credits.txt", context)
    found = [
        _text_entry(f"{release.number}.txt", text),
        _text_entry("credits.txt", credits_.strip().encode() + b"\n"),
        *pictures,
        *_numbered_entries(papers, f"{release.number}-document"),
    ]
    sums = "".join(f"{entry.sha256}  {entry.name}\n" for entry in found)
    return [*found, _text_entry("SHA256SUMS", sums.encode())]


def fingerprint(found: list[Entry]) -> str:
    """Return a SHA-256 over the whole kit, without reading stored files."""
    return found[-1].sha256  # the checksums cover every other entry


def require_files(found: list[Entry]) -> None:
    """Raise OSError if a stored file is missing, before the response starts."""
    for entry in found:
        if entry.stored:
            default_storage.size(entry.stored)


def pack(found: list[Entry], moment: datetime.datetime) -> Iterator[bytes]:
    """Yield the ZIP file in chunks; its entries are dated `moment`."""
    # Equal releases give equal bytes: fixed order and times, and no compression, whose output
    # depends on the machine.
    stamp = max(moment.timetuple()[:6], EARLIEST)
    pieces = ZipBuffer()
    with ZipFile(pieces, "w", ZIP_STORED) as archive:
        for entry in found:
            info = ZipInfo(entry.name, stamp)
            info.external_attr = 0o644 << 16  # readable where it is unpacked
            info.create_system = 3  # Unix, wherever it was packed
            with archive.open(info, "w") as target:
                for chunk in entry.chunks():
                    target.write(chunk)
                    yield pieces.take()
    yield pieces.take()


class ZipBuffer(io.RawIOBase):
    """Unseekable target for ZipFile that hands over what was written."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.buffer += data
        return len(data)

    def take(self) -> bytes:
        """Return and drop what was written since the last call."""
        taken, self.buffer = bytes(self.buffer), bytearray()
        return taken


def _numbered_entries(rows: Sequence[ReleaseFile], stem: str) -> list[Entry]:
    """Return the first public file of each row, under a numbered name."""
    files = [row.stored()[0] for row in rows]
    return [
        Entry(f"{stem}-{place}{Path(file.name).suffix}", file.sha256, stored=file.file)
        for place, file in enumerate(files, start=1)
    ]


def _text_entry(name: str, content: bytes) -> Entry:
    return Entry(name, hashlib.sha256(content).hexdigest(), content)
