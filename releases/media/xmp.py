"""Caption, credit and rights embedded in image files, where picture desks look for them.

XMP, with the field names of the IPTC Photo Metadata Standard 2023.1.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import escape  # nosec B406  # writes only

from releases.content.markup import strip_control_characters

JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"  # XMP Specification Part 3, 1.1.3
PNG_XMP = b"XML:com.adobe.xmp\0\0\0\0\0"  # the same, 1.1.5: keyword, not compressed, no language
JFIF_END = 20  # where Pillow's JFIF header ends: SOI and an APP0 of 18 bytes
IHDR_END = 33  # where a PNG's signature and header end

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{caption}</rdf:li></rdf:Alt></dc:description>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{rights}</rdf:li></rdf:Alt></dc:rights>
<photoshop:Credit>{credit}</photoshop:Credit>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">{alt}</rdf:li></rdf:Alt>\
</Iptc4xmpCore:AltTextAccessibility>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class ImageMetadata:
    """Texts about a picture, at most 2,000 characters each, so that all fit."""

    caption: str
    alt: str
    credit: str
    rights: str

    def packet(self) -> bytes:
        """Return the XMP packet in UTF-8."""
        return PACKET.format(
            **{k: escape(strip_control_characters(v)) for k, v in vars(self).items()}
        ).encode()


def embed_metadata(data: bytes, metadata: ImageMetadata) -> bytes:
    """Return the JPEG or PNG `data` with this metadata in place of any embedded earlier.

    Pixels stay untouched. `data` must come from our own encoder.
    """
    if data.startswith(b"\x89PNG"):
        return _embed_into_png(data, metadata.packet())
    return _embed_into_jpeg(data, metadata.packet())


def _embed_into_jpeg(data: bytes, packet: bytes) -> bytes:
    head, rest = data[:JFIF_END], data[JFIF_END:]
    if rest.startswith(b"\xff\xe1") and rest[4:].startswith(JPEG_XMP):
        rest = rest[2 + struct.unpack(">H", rest[2:4])[0] :]
    content = JPEG_XMP + packet
    return head + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + rest


def _embed_into_png(data: bytes, packet: bytes) -> bytes:
    head, rest = data[:IHDR_END], data[IHDR_END:]
    if rest[4:8] == b"iTXt":
        rest = rest[12 + struct.unpack(">I", rest[:4])[0] :]
    content = PNG_XMP + packet
    checksum = zlib.crc32(b"iTXt" + content)
    length = struct.pack(">I", len(content))
    return head + length + b"iTXt" + content + struct.pack(">I", checksum) + rest
