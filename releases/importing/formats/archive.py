"""Zip and tar archives: the files in them, within limits."""

from __future__ import annotations

import base64
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from releases.importing.decoding import UNPACK_ERRORS, InputFile, UnreadableFileError
from releases.importing.records import RejectedRecord

KINDS = ("zip", "tar", "wacz")
MAX_FILES = 100_000
MAX_FILE_BYTES = 50_000_000  # of one file, unpacked
MAX_BYTES = 5_000_000_000  # of all files, unpacked
MAX_DEPTH = 3  # archives in archives
MAX_KEPT = 30_000_000  # characters of base64
ERRORS = (zipfile.BadZipFile, tarfile.TarError, NotImplementedError, *UNPACK_ERRORS)

TOO_DEEP = f"It is an archive in {MAX_DEPTH} archives: unpack it, and import its files."
TOO_LARGE = f"It is larger than {MAX_FILE_BYTES // 1_000_000} MB, unpacked: split it first."
TOO_MANY = f"It has more than {MAX_FILES:,} files, or more than {MAX_BYTES // 10**9} GB unpacked: "
TOO_MANY += "unpack it, and import its folders."
LOCKED = "It is locked with a password: unpack it, and import its files."
NO_FILE = "It is a link or a device: pack the file that is meant."
EMPTY = "It is an archive without files."
DAMAGED = "It is a damaged archive, which cannot be read to the end: pack its files again."
MANIFEST = "manifest.csv"
# What other programs add.
_HIDDEN = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class _Zipped:
    """The files of a zip, for those that refer to each other.

    Releases that show the same picture share one copy in memory.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())
        self._kept: dict[str, str] = {}

    def encoded(self, path: str, limit: int) -> str:
        """Return a file in base64; "" if it is missing, larger than `limit` bytes or damaged."""
        if path not in self._names or self._archive.getinfo(path).file_size > limit:
            return ""
        if path not in self._kept:
            if sum(map(len, self._kept.values())) > MAX_KEPT:
                self._kept.clear()
            self._kept[path] = self._encode(path)
        return self._kept[path]

    def _encode(self, path: str) -> str:
        try:
            return base64.b64encode(self._archive.read(path)).decode()
        except (*ERRORS, RuntimeError):
            return ""


def members(file: InputFile, kind: str) -> Iterator[InputFile | RejectedRecord]:
    """Yield the files in the archive, sorted by path; a bad one is rejected without the others.

    Raises UnreadableFileError.
    """
    try:
        yield from _in_tar(file) if kind == "tar" else _zipped(file, kind)
    except (*ERRORS, RuntimeError, ValueError) as error:
        raise UnreadableFileError(DAMAGED) from error


def unpacked_size(file: InputFile) -> int:
    """Return the size that a zip states for its files, in bytes. Raises UnreadableFileError."""
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as archive:
            return sum(part.file_size for part in archive.infolist())
    except ERRORS as error:
        raise UnreadableFileError(DAMAGED) from error


def manifest(file: InputFile, kind: str) -> InputFile | None:
    """Return the manifest at the top of the archive or of its only folder."""
    if kind == "tar":
        found = (each for each in members(file, kind) if _is_manifest(each.name, file.name))
        return next((each for each in found if isinstance(each, InputFile)), None)
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as archive:
            names = (each for each in archive.namelist() if _is_manifest(each))
            name = min(names, key=len, default="")
            if not name or archive.getinfo(name).file_size > MAX_FILE_BYTES:
                return None
            return InputFile(f"{file.name}/{name}", archive.read(name))
    except (*ERRORS, RuntimeError, ValueError):
        return None  # its reader reports it


def _is_manifest(name: str, folder: str = "") -> bool:
    parts = PurePosixPath(name.removeprefix(f"{folder}/")).parts
    return 0 < len(parts) < 3 and parts[-1] == MANIFEST


def _zipped(file: InputFile, kind: str) -> Iterator[InputFile | RejectedRecord]:
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        parts = [part for part in archive.infolist() if _is_wanted(part.filename, part.is_dir())]
        if kind == "wacz":  # the rest describes the crawl
            parts = [part for part in parts if part.filename.startswith("archive/")]
        if len(parts) > MAX_FILES or sum(part.file_size for part in parts) > MAX_BYTES:
            raise UnreadableFileError(TOO_MANY)
        others = _Zipped(archive)
        for part in sorted(parts, key=lambda part: part.filename):
            name = f"{file.name}/{part.filename}"
            if stat.S_ISLNK(part.external_attr >> 16):
                yield RejectedRecord(name, NO_FILE)
            elif part.flag_bits & 1:
                yield RejectedRecord(name, LOCKED)
            elif part.file_size > MAX_FILE_BYTES:
                yield RejectedRecord(name, TOO_LARGE)
            else:
                yield _unzipped(archive, part, name, others)


def _unzipped(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, others: _Zipped
) -> InputFile | RejectedRecord:
    try:
        with archive.open(part) as content:
            # zipfile reads no more than the stated size.
            return InputFile(name, content.read(MAX_FILE_BYTES), part.filename, others)
    except ERRORS:
        return RejectedRecord(name, DAMAGED)


def _in_tar(file: InputFile) -> Iterator[InputFile | RejectedRecord]:
    # A stream: a compressed archive has no index, and sorting would unpack it twice.
    total = 0
    with file.open() as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for number, part in enumerate(archive):
            total += part.size
            if number >= MAX_FILES or total > MAX_BYTES:
                raise UnreadableFileError(TOO_MANY)
            if _is_wanted(part.name, part.isdir()):
                yield _untarred(archive, part, f"{file.name}/{part.name}")


def _untarred(
    archive: tarfile.TarFile, part: tarfile.TarInfo, name: str
) -> InputFile | RejectedRecord:
    content = archive.extractfile(part) if part.isfile() else None
    if content is None:
        return RejectedRecord(name, NO_FILE)
    if part.size > MAX_FILE_BYTES:
        return RejectedRecord(name, TOO_LARGE)
    return InputFile(name, content.read(MAX_FILE_BYTES))


def _is_wanted(name: str, is_folder: bool) -> bool:
    parts = [part for part in PurePosixPath(name).parts if part != ".."]
    is_hidden = any(part in _HIDDEN or part.startswith(".") for part in parts)
    return not is_folder and bool(parts) and not is_hidden
