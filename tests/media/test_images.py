"""Uploaded pictures are cleaned, or refused with a message."""

import hashlib
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from releases.media import intake
from releases.media.picture_limits import MAX_PIXELS
from releases.media.sandbox import TOO_EXPENSIVE, UnusableFileError
from tests.media import samples
from tests.media.samples import encoded, photograph, two_halves, upload

# A separate process whose only child reads the picture. Peak memory in kilobytes.
MEASURE = """
import resource, sys
from pathlib import Path
from releases.media import sandbox
sandbox.run("releases.media.images", Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def take(data: bytes, name="picture.jpg"):
    return intake.prepare_image(upload(data, name))


def full_size(data: bytes) -> Image.Image:
    prepared = take(data)
    with Image.open(prepared.path(prepared.found["renditions"][0]["name"])) as picture:
        return picture.copy()


def looks_like(picture, place, colour) -> bool:
    near = picture.convert("RGB").getpixel(place)
    return all(abs(one - other) <= 12 for one, other in zip(near, colour, strict=True))


def zip_bomb() -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", 8) as archive:
        archive.writestr("zeros", bytes(10_000_000))
    return target.getvalue()


REFUSED = {
    "pixel bomb": (samples.pixel_bomb(), "too large: 50,000 × 50,000 pixels"),
    "long strip": (encoded(Image.new("1", (20_000, 10)), "PNG"), "too large: 20,000 × 10 pixels"),
    "zip bomb": (zip_bomb(), "ZIP archive"),
    "web page": (b"<!DOCTYPE html><script>alert(1)</script>", "web page, not a picture"),
    "drawing with script": (b"<?xml version='1.0'?><svg><script/></svg>", "SVG drawing"),
    "document": (samples.pdf("text"), "It is a PDF: attach it as a document"),
    "program": (b"\x7fELF" + bytes(200), "not a supported picture"),
    "nothing known": (b"x", "not a supported picture"),
    "truncated JPEG": (photograph()[:4000], "damaged or cut off"),
    "truncated PNG": (encoded(Image.effect_noise((300, 300), 50), "PNG")[:9000], "cut off"),
    "JPEG's first bytes alone": (photograph()[:12], "damaged or cut off"),
    "moving PNG": (samples.moving("PNG"), "This is an animated image"),
    "moving WebP": (samples.moving("WEBP"), "This is an animated image"),
    "moving AVIF": (samples.moving("AVIF"), "This is an animated image"),
    "GIF": (samples.moving("GIF"), "It is a GIF"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "HEIC photo"),
    "HEIF": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(200), "HEIC photo"),
    "TIFF": (encoded(two_halves(), "TIFF"), "It is a TIFF"),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_unusable_picture_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(UnusableFileError) as refusal:
        take(data, "innocent.png")

    assert sentence in str(refusal.value)


def test_picture_of_100_megapixels_is_refused_before_its_pixels_are_read():
    data = encoded(Image.new("L", (10_000, 10_000), 128), "JPEG")

    with pytest.raises(UnusableFileError, match=r"10,000 × 10,000 pixels\. At most 64 million"):
        take(data)

    assert MAX_PIXELS == 64_000_000


def test_largest_picture_stays_within_the_memory_limit(tmp_path):
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(Image.new("RGB", (8000, 8000), "teal"), "JPEG"))

    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )

    assert int(measured.stdout) < 900_000


def test_crashed_worker_gives_a_message():
    with pytest.raises(UnusableFileError, match="too much memory or time"):
        intake._prepare(upload(b"anything"), "releases.media.no_such_reader")

    assert "save it again" in TOO_EXPENSIVE


def test_file_over_the_limit_is_refused_by_its_size_alone():
    heavy = upload(b"")
    heavy.size = 200_000_000

    with pytest.raises(UnusableFileError, match=r"200 MB\. The limit is 50 MB"):
        intake.prepare_image(heavy)


def test_data_after_the_picture_is_removed():
    prepared = take(photograph() + b"<script>alert('behind')</script>")

    for rendition in prepared.found["renditions"]:
        assert b"behind" not in prepared.path(rendition["name"]).read_bytes()


def test_page_inside_a_valid_png_does_not_get_out():
    picture = two_halves()
    data = samples.with_text_chunk(picture, "<script>alert('inside')</script>")
    assert b"inside" in data

    prepared = take(data)

    for rendition in prepared.found["renditions"]:
        assert b"inside" not in prepared.path(rendition["name"]).read_bytes()


def test_gps_and_personal_tags_are_removed():
    data = samples.with_personal_tags()
    assert b"Private Person" in data

    prepared = take(data)

    for rendition in prepared.found["renditions"]:
        path = prepared.path(rendition["name"])
        with Image.open(path) as picture:
            assert not picture.getexif()
        for said in (b"Private Person", b"taken at home", b"Exif"):
            assert said not in path.read_bytes()


def test_original_is_kept_as_it_came():
    data = samples.with_personal_tags()

    prepared = take(data)

    assert prepared.path().read_bytes() == data
    assert prepared.sha256 == hashlib.sha256(data).hexdigest()
    assert prepared.byte_size == len(data)


def test_picture_taken_sideways_is_turned_upright():
    picture = full_size(samples.with_personal_tags())

    assert picture.size == (800, 1200)
    assert looks_like(picture, (400, 100), (254, 0, 0))
    assert looks_like(picture, (400, 1100), (0, 0, 254))


def test_print_colours_come_out_in_screen_colours():
    data = encoded(two_halves(left=(0, 255, 255, 0), right=(255, 0, 0, 0), mode="CMYK"))

    picture = full_size(data)

    assert picture.mode == "RGB"
    assert looks_like(picture, (100, 100), (254, 0, 0))
    assert looks_like(picture, (1100, 100), (0, 254, 254))


def test_sixteen_bits_of_grey_keep_their_brightness():
    picture = full_size(encoded(Image.new("I;16", (50, 50), 32_896), "PNG"))

    assert picture.getpixel((10, 10)) == (128, 128, 128)


def test_colour_profile_is_applied_and_left_out():
    data = encoded(two_halves(), "PNG", icc_profile=samples.swapped_profile())

    picture = full_size(data)

    assert "icc_profile" not in picture.info
    assert looks_like(picture, (100, 100), (0, 255, 0))


def test_broken_colour_profile_is_passed_over():
    data = encoded(two_halves(), "JPEG", icc_profile=b"no profile at all")

    assert looks_like(full_size(data), (100, 100), (254, 0, 0))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(mode):
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": clear.getpixel((0, 0))} if mode == "P" else {}

    assert full_size(encoded(clear, "PNG", **options)).getpixel((9, 9)) == (255, 255, 255)


def test_renditions_come_in_three_formats_and_widths_and_are_never_enlarged():
    def written(width):
        found = take(photograph(size=(width, 90))).found
        return [one["name"] for one in found["renditions"]]

    assert written(700) == ["full.jpg"] + [
        f"{width}.{suffix}" for width in (480, 700) for suffix in ("avif", "webp", "jpg")
    ]
    assert [name for name in written(2000) if name.endswith(".webp")] == [
        "480.webp",
        "960.webp",
        "1600.webp",
    ]


def test_same_picture_gives_the_same_bytes_each_time():
    data = encoded(Image.effect_mandelbrot((700, 500), (-2, -1, 1, 1), 80), "JPEG")

    assert take(data).found == take(data).found
