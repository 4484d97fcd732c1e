"""Lead image of a release, cropped around its focal point for social networks and messengers."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.core.files.storage import default_storage
from PIL import Image as Picture
from PIL import ImageOps

from releases.media.card import SIZE

CACHED = 16  # crops in memory, some 150 kB each


@lru_cache(CACHED)
def crop(name: str, focus: tuple[int, int]) -> bytes:
    """Return a JPEG of SIZE. Raises OSError if the file is missing or the storage fails."""
    # A stored file never changes, so its name stands for its content.
    with default_storage.open(name) as file, Picture.open(file, formats=["JPEG"]) as picture:
        centering = focus[0] / 100, focus[1] / 100
        cropped = ImageOps.fit(picture, SIZE, Picture.Resampling.LANCZOS, centering=centering)
    target = BytesIO()
    cropped.save(target, "JPEG", quality=85, optimize=True, progressive=True)
    return target.getvalue()
