"""Sample uploads, all generated here."""

import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

GPS_TAG, ARTIST_TAG, ORIENTATION_TAG = 0x8825, 0x013B, 0x0112


def encoded(picture, kind="JPEG", **options) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def two_halves(size=(1200, 800), left="red", right="blue", mode="RGB") -> Image.Image:
    """Return a picture with a different color in each half."""
    picture = Image.new(mode, size, right)
    picture.paste(Image.new(mode, (size[0] // 2, size[1]), left), (0, 0))
    return picture


def photograph(**options) -> bytes:
    return encoded(two_halves(**options), "JPEG", quality=90)


def with_personal_tags() -> bytes:
    exif = Image.Exif()
    exif[ARTIST_TAG] = "Private Person"
    exif.get_ifd(GPS_TAG)[1] = "N"
    exif.get_ifd(GPS_TAG)[2] = (38.0, 34.0, 35.0)
    exif[ORIENTATION_TAG] = 6  # camera rotated to its right side
    return encoded(two_halves(), "JPEG", exif=exif, comment=b"taken at home")


def pixel_bomb(side=50_000) -> bytes:
    """Return a PNG of a few hundred bytes that claims 2,500 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + checksum

    header = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    pixels = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def with_text_chunk(picture, text: str) -> bytes:
    """Return the PNG with a text chunk added."""
    info = PngInfo()
    info.add_text("Comment", text)
    return encoded(picture, "PNG", pnginfo=info)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def swapped_profile() -> bytes:
    """Return a color profile with red and green swapped."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")


def pdf(*pages: str, **changes) -> bytes:
    """Return a PDF with one line of text per page."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(612, 792)
        names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = DictionaryObject({NameObject(k): NameObject(v) for k, v in names.items()})
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 18 Tf 72 700 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    if "script" in changes:
        script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(changes["script"])}
        action = DictionaryObject({NameObject(k): v for k, v in script.items()})
        writer.root_object[NameObject("/OpenAction")] = action
    if "enclosed" in changes:
        writer.add_attachment("enclosed.txt", changes["enclosed"])
    if "hang" in changes:
        changes["hang"](writer)
    if "password" in changes or "owner" in changes:
        owner, cipher = changes.get("owner"), changes.get("cipher", "RC4-128")
        writer.encrypt(changes.get("password", ""), owner, algorithm=cipher)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def upload(data: bytes, name="picture.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
