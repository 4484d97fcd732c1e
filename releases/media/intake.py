"""Intake of uploads: copied to a temporary folder, then checked and cleaned in the sandbox."""

from __future__ import annotations

import hashlib
import shutil
import weakref
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from releases.media import sandbox
from releases.media.sandbox import UnusableFileError

MAX_BYTES = 50_000_000  # of one file
FOLDER_PREFIX = "pressroom-upload-"  # in the system's temporary directory


@dataclass(frozen=True)
class PreparedUpload:
    """A usable file, in `folder` until this object is garbage-collected.

    `found` is what images.prepare or pdfs.read returned.
    """

    name: str
    byte_size: int
    sha256: str
    found: dict[str, Any]
    folder: Path

    def path(self, name: str = "original") -> Path:
        """Return the path of the original or of a rendition."""
        return self.folder / name


def prepare_image(upload: UploadedFile) -> PreparedUpload:
    """Prepare a picture with its full-size copy and renditions. Raises UnusableFileError."""
    return _prepare(upload, "releases.media.images")


def prepare_seal(upload: UploadedFile) -> PreparedUpload:
    """Prepare a seal or logo with its files for pages and print. Raises UnusableFileError."""
    return _prepare(upload, "releases.media.seals")


def prepare_pdf(upload: UploadedFile) -> PreparedUpload:
    """Prepare a PDF with its text. Raises UnusableFileError."""
    return _prepare(upload, "releases.media.pdfs")


def _prepare(upload: UploadedFile, reader: str) -> PreparedUpload:
    if (upload.size or 0) > MAX_BYTES:
        raise UnusableFileError(
            f"The file is too large: {_megabytes(upload.size or 0)} MB. The limit "
            f"is {_megabytes(MAX_BYTES)} MB."
        )
    folder = new_folder()
    try:
        sha256 = _copy(upload, folder / "original")
        found = sandbox.run(reader, folder / "original")
    except BaseException:
        shutil.rmtree(folder)
        raise
    return prepared_from_folder(folder, upload.name or "", upload.size or 0, sha256, found)


def new_folder() -> Path:
    """Create a temporary folder for one upload."""
    return Path(mkdtemp(prefix=FOLDER_PREFIX))


def prepared_from_folder(
    folder: Path, name: str, byte_size: int, sha256: str, found: dict[str, Any]
) -> PreparedUpload:
    """Return the upload whose files are in the folder."""
    prepared = PreparedUpload(name, byte_size, sha256, found, folder)
    weakref.finalize(prepared, shutil.rmtree, folder, ignore_errors=True)
    return prepared


def _copy(upload: UploadedFile, target: Path) -> str:
    """Copy the upload and return its SHA-256 (hex)."""
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_000_000):,}"
