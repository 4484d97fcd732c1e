"""Sandboxed worker that turns an uploaded seal or logo into a small picture for pages and one for
print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from releases.media import images, sandbox

# Largest sides in pixels: twice the size on the page, and 300 dots per inch in a PDF.
FILES: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {
    "seal.webp": ((480, 160), {"format": "WEBP", "quality": 90, "method": 4}),
    "seal.png": ((900, 300), {"format": "PNG", "optimize": True}),
}


def prepare(source: Path) -> dict[str, Any]:
    """Write both files next to `source`, checked and cleaned like other pictures.

    Returns the name, media type, width, height, size in bytes and SHA-256 of each. Raises
    UnusableFileError.
    """
    with images.check(source) as opened:
        picture = images.clean(opened)
    return {
        "files": [
            images.write(_fitted(picture, box), source.parent / name, options)
            for name, (box, options) in FILES.items()
        ]
    }


def _fitted(picture: Image.Image, box: tuple[int, int]) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail(box, Image.Resampling.LANCZOS)
    return smaller


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None  # images.check has a lower limit, with an error message
    sandbox.worker_main(prepare)
