"""Storing of images and documents with their releases."""

from __future__ import annotations

import copy
import datetime
import hashlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models.base import ModelState
from django.utils import timezone
from django.utils.text import slugify

from releases.media.intake import PreparedUpload
from releases.media.xmp import ImageMetadata, embed_metadata
from releases.models import Attachment, Image, Release
from releases.models.files import ORIGINAL, ReleaseFile, new_key


def attach_image(
    image: Image, prepared: PreparedUpload | None = None, at: datetime.datetime | None = None
) -> Image:
    """Save the image; `prepared` replaces its file under the same URL.

    Caption, credit and rights are embedded in the full-size copy.
    """
    if prepared:
        _store_original(image, prepared)
        image.width, image.height = prepared.found["width"], prepared.found["height"]
        image.renditions = [
            {**rendition, "file": _store(image, rendition["name"], prepared)}
            for rendition in prepared.found["renditions"]
        ]
    _embed_metadata(image)
    image.updated_at = at or timezone.now()
    image.save()
    return image


def attach_document(
    attachment: Attachment,
    prepared: PreparedUpload | None = None,
    at: datetime.datetime | None = None,
) -> Attachment:
    """Save the attachment; `prepared` replaces its file under the same URL."""
    if prepared:
        _store_original(attachment, prepared)
        attachment.name = attachment.name or public_name(prepared.name)
        attachment.pages, attachment.text = prepared.found["pages"], prepared.found["text"]
    attachment.updated_at = at or timezone.now()
    attachment.save()
    return attachment


def copy_file(row: ReleaseFile, release: Release) -> None:
    """Insert a copy of the row into the release, with files of its own under a new URL.

    Raises OSError if the storage fails.
    """
    # Shared files would be removed with the other release's draft, or after a replacement there.
    new: Any = copy.copy(row)
    new.pk, new._state, new.key, new.release = None, ModelState(), new_key(), release
    new.original = _copy_stored(row.original.name or "", new, ORIGINAL)
    if isinstance(new, Image):
        new.renditions = [
            {**asdict(stored), "file": _copy_stored(stored.file, new, stored.name)}
            for stored in new.stored()
        ]
    new.save(force_insert=True)


def _copy_stored(source: str, row: ReleaseFile, name: str) -> str:
    with default_storage.open(source) as file:
        return default_storage.save(f"{row.key}/{name}", File(file))


def public_name(name: str) -> str:
    """Complaint (final).PDF -> complaint-final.pdf"""
    return f"{slugify(Path(name).stem)[:80].strip('-_') or 'document'}.pdf"


def _store_original(row: ReleaseFile, prepared: PreparedUpload) -> None:
    row.original.name = _store(row, "original", prepared)
    row.original_name = prepared.name.replace("\0", "")
    row.media_type = prepared.found["media_type"]
    row.byte_size, row.sha256 = prepared.byte_size, prepared.sha256


def _store(row: ReleaseFile, name: str, prepared: PreparedUpload) -> str:
    """Store one of the upload's files and return its name in the storage."""
    # Files are written before rows: an interruption leaves an orphaned file, never a broken row.
    with prepared.path(name).open("rb") as file:
        return default_storage.save(f"{row.key}/{name}", File(file))


def _embed_metadata(image: Image) -> None:
    full, *smaller = image.stored()
    with default_storage.open(full.file) as file:
        data = file.read()
    label = ImageMetadata(
        caption=image.caption, alt=image.alt, credit=image.credit, rights=image.rights
    )
    labeled = embed_metadata(data, label)
    if labeled != data:
        sha256 = hashlib.sha256(labeled).hexdigest()
        name = default_storage.save(f"{image.key}/{full.name}", ContentFile(labeled))
        full = replace(full, file=name, byte_size=len(labeled), sha256=sha256)
    image.renditions = [asdict(stored) for stored in (full, *smaller)]
