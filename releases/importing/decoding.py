"""Decoding of input files, with a warning for every uncertainty."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path, PurePath
from typing import IO, Protocol

from django.utils.module_loading import import_string

from releases.parsing.warnings import ParseWarning

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters of text files. A few others among many letters do not make a file binary.
TEXT_CONTROLS = b"\t\n\x0b\x0c\r\x1a\x1b"
BINARY_CONTROLS = bytes(byte for byte in range(32) if byte not in TEXT_CONTROLS)
MAX_CONTROL_SHARE = 0.02
MIN_UTF16_NUL_SHARE = 0.2
GZIP = b"\x1f\x8b\x08"
MAX_FILE_BYTES = 20_000_000
UNPACK_ERRORS = (OSError, EOFError, zlib.error)  # raised by a broken file or gzip

# ftfy's codec: Windows-1252 with its five undefined bytes as control characters (WHATWG).
# ftfy, which takes as long to load as parsing 80 releases, is loaded on use.
WINDOWS_1252 = "sloppy-windows-1252"
codecs.register(
    lambda name: (
        import_string("ftfy.bad_codecs.search_function")(name)
        if name.startswith("sloppy")
        else None
    )
)
# The first two bytes of a UTF-8 sequence (C2 to F4, then 80 to BF, RFC 3629) as Windows-1252 shows
# them, and a word with them. The search starts at a word's head only, which keeps it linear.
_FOLLOWING = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d"
SEQUENCE = re.compile(f"[\u00c2-\u00f4][{_FOLLOWING}]")
MOJIBAKE_WORD = re.compile(rf"(?<![^ \t\r\n])[^ \t\r\n]*{SEQUENCE.pattern}[^ \t\r\n]*")


class UnreadableFileError(Exception):
    """A file, line or row is not text; the message is a sentence with the reason."""


class OtherFiles(Protocol):
    """The other files of an archive, by their paths in it."""

    def encoded(self, path: str, limit: int) -> str:
        """Return a file in base64; "" if it is missing, larger than `limit` bytes or damaged."""


@dataclass(frozen=True)
class InputFile:
    """A file to read: on disk, or bytes that a browser sent or an archive has.

    `path` is its place in the archive, `others` what else is there.
    """

    name: str
    content: Path | bytes
    path: str = ""
    others: OtherFiles | None = field(default=None, compare=False, repr=False)

    @classmethod
    def at(cls, path: Path) -> InputFile:
        return cls(str(path), path)

    @property
    def is_gzipped(self) -> bool:
        if PurePath(self.name).suffix == ".gz":
            return True
        return self._begin() == GZIP

    def _begin(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content[: len(GZIP)]
        with self.content.open("rb") as file:
            return file.read(len(GZIP))

    def open(self) -> IO[bytes]:
        """Open the bytes, decompressing gzip. Raises UnreadableFileError."""
        source = BytesIO(self.content) if isinstance(self.content, bytes) else self.content
        try:
            if self.is_gzipped:
                return gzip.open(source)  # type: ignore[return-value]
            return source.open("rb") if isinstance(source, Path) else source
        except OSError as error:
            raise UnreadableFileError(f"It cannot be opened: {error.strerror}.") from error


@dataclass(frozen=True)
class Source:
    """The bytes of one release, their text and how they were decoded."""

    name: str
    data: bytes
    text: str
    encoding: str
    warnings: tuple[ParseWarning, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hex, which identifies the source across imports."""
        return hashlib.sha256(self.data).hexdigest()


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, and the files and links in the folders sorted by path, without hidden
    ones."""
    for path in paths:
        if path.is_dir():
            below = sorted(path.rglob("*"))
            found = (each for each in below if each.is_symlink() or each.is_file())
            yield from (each for each in found if not each.name.startswith("."))
        else:
            yield path


def read(file: InputFile) -> Source:
    """Read and decode a file, decompressed. Raises UnreadableFileError if it is missing, empty, not
    text or larger than MAX_FILE_BYTES decompressed."""
    try:
        with file.open() as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except UNPACK_ERRORS as error:
        raise UnreadableFileError(f"It cannot be read to the end: {error}.") from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFileError(
            f"It is larger than {MAX_FILE_BYTES // 1_000_000} MB: split it first."
        )
    return decode(data, file.name)


def decode(data: bytes, name: str) -> Source:
    """Decode by the byte order mark, else as UTF-16 or UTF-8 if valid, else as Windows-1252 with a
    warning. Raises UnreadableFileError if the text is empty or binary."""
    encoding = _encoding_by_bom(data) or _detect_utf16(data) or "utf-8"
    if encoding == "utf-8" and _looks_binary(data):
        raise UnreadableFileError("It is binary data, not text: export it as plain text first.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnreadableFileError(
                f"It begins as {encoding}, but byte {error.start} is not."
            ) from error
        return Source(
            name, data, data.decode(WINDOWS_1252), "cp1252", (_not_utf8_warning(data, error),)
        )
    if not text.strip("\ufeff\0 \t\r\n"):
        raise UnreadableFileError("It is empty.")
    return Source(name, data, text, encoding)


def fix_mojibake(text: str) -> tuple[str, tuple[ParseWarning, ...]]:
    """Repair UTF-8 that was wrongly decoded as Windows-1252 (mojibake), with a warning."""
    if text.isascii():
        return text, ()
    words = MOJIBAKE_WORD.findall(text) if SEQUENCE.search(text) else ()
    if all(_fix_word(word) == word for word in words):
        return text, ()
    fixed = MOJIBAKE_WORD.sub(lambda word: _fix_word(word[0]), text)
    example = next(word for word in words if _fix_word(word) != word)
    sentence = f"Wrongly decoded accents or quotes were repaired, as in “{example[:60]}”."
    return fixed, (ParseWarning("source_text", "mojibake", sentence),)


@lru_cache(maxsize=4096)
def _fix_word(word: str) -> str:
    """Return ftfy's repair if repeating the mistake on it restores the original word."""
    fixed: str = import_string("ftfy.fix_encoding")(word)
    return fixed if fixed.encode().decode(WINDOWS_1252) == word else word


def _encoding_by_bom(data: bytes) -> str:
    return next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "")


def _detect_utf16(data: bytes) -> str:
    """Detect UTF-16 of mostly Latin text: a NUL in every other byte, always on the same side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) < MIN_UTF16_NUL_SHARE * len(data) or min(even, odd) > max(even, odd) // 20:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _looks_binary(data: bytes) -> bool:
    controls = len(data) - len(data.translate(None, BINARY_CONTROLS))
    return controls > max(MAX_CONTROL_SHARE * len(data), 1)


def _not_utf8_warning(data: bytes, error: UnicodeDecodeError) -> ParseWarning:
    sentence = (
        f"Byte {error.start} (0x{data[error.start]:02X}) is not UTF-8: "
        "it was decoded as Windows-1252; check its accents and quotes."
    )
    return ParseWarning("source_text", "encoding", sentence)
