"""Lead image of a release, cropped around its focal point for social networks and messengers."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.core.files.storage import default_storage
from PIL import Image as Picture
from PIL import ImageOps

from releases.media.card import SIZE
from releases.models import Image
from releases.models.files import StoredFile

FORMAT_VERSION = "1"  # increase it when the crop changes, so that caches drop the old one
CACHED = 16  # crops in memory, some 150 kB each


def source(image: Image) -> StoredFile:
    """Return the largest JPEG rendition."""
    return [file for file in image.stored()[1:] if file.media_type == "image/jpeg"][-1]


def crop(image: Image) -> bytes:
    """Return a JPEG of SIZE. Raises OSError if the file is missing or the storage fails."""
    return _crop(source(image).file, image.focus)


@lru_cache(CACHED)
def _crop(name: str, focus: tuple[int, int]) -> bytes:
    # A stored file never changes, so its name stands for its content.
    with default_storage.open(name) as file, Picture.open(file, formats=["JPEG"]) as picture:
        centering = focus[0] / 100, focus[1] / 100
        cropped = ImageOps.fit(picture, SIZE, Picture.Resampling.LANCZOS, centering=centering)
    target = BytesIO()
    cropped.save(target, "JPEG", quality=85, optimize=True, progressive=True)
    return target.getvalue()
