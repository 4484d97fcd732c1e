"""Zipped XML, as word processors write it, within limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from releases.importing.converters.errors import DAMAGED, RefusedError

MAX_PARTS = 5_000
MAX_PART = 100_000_000  # bytes of one part, unpacked
MAX_WHOLE = 300_000_000  # bytes of all parts, unpacked
MAX_RATIO = 500  # of a part of more than a megabyte
BOMB = "It unpacks to far more than its size: save it again without pictures, and import that."
LOCKED = "It is locked with a password: save it without one, and import that."
ENTITIES = "It declares XML entities, which no word processor does: save it again, and import that."


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open the package. Raises RefusedError if it is damaged, locked or a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check(package.infolist())
            yield package
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise RefusedError(DAMAGED) from error


def _check(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError(LOCKED)
    sizes = [part.file_size for part in parts]
    if len(parts) > MAX_PARTS or sum(sizes) > MAX_WHOLE:
        raise RefusedError(BOMB)
    for part in parts:
        is_large = part.file_size > 1_000_000
        if part.file_size > MAX_PART or (
            is_large and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        ):
            raise RefusedError(BOMB)


def parse_part(package: zipfile.ZipFile, name: str) -> etree._Element:
    """Parse one part. Raises RefusedError."""
    with package.open(name) as part:
        return parse_xml(part.read(MAX_PART))


def parse_xml(data: bytes) -> etree._Element:
    """Parse XML without entities, network or unbounded depth. Raises RefusedError."""
    # libxml2's own limits hold: 256 levels, 10 MB of one text.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError(f"Its XML is broken ({error.msg}): export it again.") from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise RefusedError(ENTITIES)
    return root
