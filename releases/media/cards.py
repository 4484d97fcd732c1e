"""Social cards of releases: a picture of the title, or the lead image.

Pillow, which takes megabytes, is imported by the processes that draw one.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

from releases.models import Image
from releases.models.files import StoredFile

# Increase them when the drawing or the crop changes, so that caches drop the old ones.
CARD_VERSION = "1"
LEAD_CARD_VERSION = "1"


def draw(title: str, number: str, date: str, office: str, color: str) -> bytes:
    """Return a PNG; equal arguments give equal bytes."""
    drawn: bytes = import_string("releases.media.card.draw")(title, number, date, office, color)
    return drawn


def source(image: Image) -> StoredFile:
    """Return the largest JPEG rendition."""
    return [file for file in image.stored()[1:] if file.media_type == "image/jpeg"][-1]


def crop(image: Image) -> bytes:
    """Return a JPEG. Raises OSError if the file is missing or the storage fails."""
    name = source(image).file
    cropped: bytes = import_string("releases.media.lead_card.crop")(name, image.focus)
    return cropped
