"""Pictures of a release and of the office for PDF and Word files."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage

from pressroom.infra.office import Seal
from releases.models import Image

WIDTH = 960  # pixels
MOST = 20  # pictures of one file
MAX_HEIGHT = 85  # mm

logger = logging.getLogger(__name__)


def read(image: Image) -> bytes | None:
    """Return the largest JPEG rendition of up to WIDTH; None if its file is missing."""
    jpegs = [file for file in image.stored()[1:] if file.media_type == "image/jpeg"]
    fitting = [file for file in jpegs if file.width <= WIDTH] or jpegs[:1]
    return _stored(fitting[-1].file) if fitting else None


def read_seal(seal: Seal | None) -> bytes | None:
    """Return the seal as PNG; None if there is none, or its file is missing."""
    return _stored(seal.print_file["file"]) if seal else None


def words(image: Image, is_shown: bool) -> str:
    """Return caption, credit and rights; without the picture, its description where it has no
    caption."""
    caption = image.caption or ("" if is_shown else image.alt)
    return " ".join(filter(None, (caption, image.credit, image.rights)))


def height(image: Image, width: float) -> float:
    """Return the height in mm of the picture in a column of `width` mm."""
    return min(MAX_HEIGHT, width * image.height / image.width)


def _stored(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except OSError as error:
        logger.error("A file lacks a picture, which cannot be read. %s", error)
        return None
