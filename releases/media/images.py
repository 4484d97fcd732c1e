"""Sandboxed worker that turns an uploaded picture into a clean full-size copy and renditions.

Public files are re-encoded from the pixels: upright, sRGB, eight bits, on white, without metadata
or any data hidden around the picture.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from releases.media import sandbox
from releases.media.picture_limits import MAX_PIXELS, MAX_SIDE
from releases.media.sandbox import UnusableFileError

WIDTHS = (480, 960, 1600)  # pixels; a smaller picture is never enlarged
DECODERS = ("JPEG", "PNG", "WEBP", "AVIF")

# One thread: AVIF's bytes depend on the number of threads, and renditions must be reproducible.
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 82, "progressive": True, "optimize": True},
}
FULL_JPEG = {"format": "JPEG", "quality": 95, "subsampling": 0}
FULL_PNG = {"format": "PNG"}
MEDIA_TYPES = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "png": "image/png",
}

# MPO, written by some phones, is a JPEG followed by more pictures.
SUFFIXES = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}

USE_ANOTHER = "Save it as JPEG, PNG, WebP or AVIF, and upload that."
HEIC = "It is a HEIC photo, as phones take them. Export it as JPEG, and upload that."
# Marker in the first bytes of unsupported files, and a sentence with the remedy.
OTHER_FORMATS = (
    (b"<svg", "It is an SVG drawing, which can carry scripts. Export it as PNG, and upload that."),
    (b"<html", f"It is a web page, not a picture. {USE_ANOTHER}"),
    (b"<!doctype html", f"It is a web page, not a picture. {USE_ANOTHER}"),
    (b"<script", f"It is a script, not a picture. {USE_ANOTHER}"),
    (b"%pdf-", "It is a PDF: attach it as a document instead."),
    (b"pk\x03\x04", "It is a ZIP archive: unpack it, and upload the pictures one by one."),
    (b"gif8", f"It is a GIF. {USE_ANOTHER}"),
    (b"ftyphei", HEIC),
    (b"ftyphev", HEIC),
    (b"ftypmif1", HEIC),
    (b"ftypmsf1", HEIC),
    (b"ii*\0", f"It is a TIFF. {USE_ANOTHER}"),
    (b"mm\0*", f"It is a TIFF. {USE_ANOTHER}"),
)
DAMAGED = "The picture is damaged or cut off: get it again from its source, and upload that."


def prepare(source: Path) -> dict[str, Any]:
    """Write the full-size copy and the renditions next to `source`.

    Returns media type, width and height in pixels, and for each file its name, media type, width,
    height, size in bytes and SHA-256. Raises UnusableFileError.
    """
    with check(source) as opened:
        suffix = SUFFIXES[opened.format or ""]
        picture = clean(opened)
    full = ("full.png", FULL_PNG) if suffix == "png" else ("full.jpg", FULL_JPEG)
    files = [write(picture, source.parent / full[0], full[1])]
    for width in sorted({min(width, picture.width) for width in WIDTHS}):
        size = (width, max(1, round(picture.height * width / picture.width)))
        smaller = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        for ending, options in ENCODERS.items():
            files.append(write(smaller, source.parent / f"{width}.{ending}", options))
    return {
        "media_type": MEDIA_TYPES[suffix],
        "width": picture.width,
        "height": picture.height,
        "renditions": files,
    }


def check(source: Path) -> Image.Image:
    """Open the picture without reading its pixels. Raises UnusableFileError for another format or a
    size too large."""
    try:
        picture = Image.open(source, formats=DECODERS)
    except UnidentifiedImageError:
        raise UnusableFileError(_explain_rejection(source)) from None
    except (OSError, ValueError, SyntaxError):
        raise UnusableFileError(DAMAGED) from None
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise UnusableFileError(
            "This is an animated image: save one frame as JPEG or PNG, and upload that."
        )
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise UnusableFileError(
            f"The picture is too large: {width:,} × {height:,} pixels. At most "
            f"{MAX_PIXELS // 1_000_000} million pixels and {MAX_SIDE:,} on a side are allowed: "
            "make it smaller, and upload that."
        )
    return picture


def clean(opened: Image.Image) -> Image.Image:
    (
        ""
        """Return the picture upright, in 8-bit sRGB, on white, without metadata.

    Raises UnusableFileError if it cannot be decoded.
    """
    )
    try:
        opened.load()
        ImageOps.exif_transpose(opened, in_place=True)
    except (OSError, ValueError, SyntaxError):
        raise UnusableFileError(DAMAGED) from None
    profile = opened.info.get("icc_profile")
    picture = _to_srgb(_eight_bits_on_white(opened), profile)
    picture.info.clear()  # encoders write what they find here: comments, resolution, profiles
    return picture


def _eight_bits_on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16-bit gray, which convert() would clip
        return picture.convert("I").point(lambda value: value / 257 + 0.5).convert("L")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return picture if picture.mode in ("RGB", "L", "CMYK") else picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the color profile; keep the values if the profile does not fit."""
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                picture, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            return picture.convert("RGB")
        assert converted is not None  # None only when converting in place
        return converted
    return picture.convert("RGB")


def write(picture: Image.Image, path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write the picture; return the file's name, type, size and SHA-256."""
    picture.save(path, **options)
    data = path.read_bytes()
    return {
        "name": path.name,
        "media_type": MEDIA_TYPES[path.suffix[1:]],
        "width": picture.width,
        "height": picture.height,
        "byte_size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _explain_rejection(source: Path) -> str:
    with source.open("rb") as file:
        head = file.read(1024).lower()
    if head.startswith((b"\xff\xd8\xff", b"\x89png\r\n")):
        return DAMAGED
    found = (sentence for marker, sentence in OTHER_FORMATS if marker in head)
    return next(found, f"It is not a supported picture. {USE_ANOTHER}")


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None  # check() has a lower limit, with an error message
    sandbox.worker_main(prepare)
