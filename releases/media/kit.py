"""The media kit: all that a newsroom needs of a release in one ZIP file.

The same release gives the same bytes: fixed order, fixed times, nothing compressed that could
come out otherwise on another machine.
"""

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

EARLIEST = (1980, 1, 1, 0, 0, 0)  # a ZIP file knows no earlier moment


@dataclass(frozen=True)
class Entry:
    """A file of the kit: its text in hand, or the name of a file in the storage."""

    name: str
    sha256: str
    content: bytes = b""
    stored: str = ""

    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""
        if not self.stored:
            yield self.content
            return
        with default_storage.open(self.stored) as file:
            yield from file.chunks(CHUNK_SIZE)


def entries(release: Release, text: bytes) -> list[Entry]:
    """The text, the full-size pictures, the attachments, who is to be credited, and checksums in
    the form that `sha256sum -c` reads."""
    images, papers = list(release.images.all()), list(release.attachments.all())
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
    """SHA-256 of all that the kit holds; no file is read for it."""
    return found[-1].sha256  # the checksums name every other entry


def require_files(found: list[Entry]) -> None:
    """Raises OSError where a file can not be had: better known before than in mid-answer."""
    for entry in found:
        if entry.stored:
            default_storage.size(entry.stored)


def pack(found: list[Entry], moment: datetime.datetime) -> Iterator[bytes]:
    """The ZIP file, piece by piece: memory holds one chunk. Its entries bear the `moment`."""
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
    """What a ZipFile writes to: it can not go back, and gives away what it holds."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Hold it until it is taken."""
        self.buffer += data
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self.buffer = bytes(self.buffer), bytearray()
        return taken


def _numbered_entries(rows: Sequence[ReleaseFile], stem: str) -> list[Entry]:
    """The public file of each, under a name that tells its place."""
    files = [row.stored()[0] for row in rows]
    return [
        Entry(f"{stem}-{place}{Path(file.name).suffix}", file.sha256, stored=file.file)
        for place, file in enumerate(files, start=1)
    ]


def _text_entry(name: str, content: bytes) -> Entry:
    return Entry(name, hashlib.sha256(content).hexdigest(), content)
