"""Export folders: their files, manifest and checksums."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol

FORMAT = "pressroom-archive"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"  # in the format of sha256sum
FILES = "files"  # folder of the stored files
BLOCK_SIZE = 1 << 20  # bytes


class Readable(Protocol):
    """Binary file on disk or in the storage."""

    def read(self, size: int, /) -> bytes: ...


class UnusableArchiveError(Exception):
    """An export cannot be restored or written; the message names the file and the remedy."""


@contextmanager
def create_atomically(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder that is renamed to `folder` on success and removed on failure.
    Raises UnusableArchiveError."""
    if folder.exists():
        raise UnusableArchiveError(f"{folder} already exists: choose another name.")
    if not folder.parent.is_dir():
        raise UnusableArchiveError(f"The folder {folder.parent} does not exist: create it first.")
    # A killed process leaves it behind as `.NAME.unfinished-…`.
    unfinished = tempfile.mkdtemp(prefix=f".{folder.name}.unfinished-", dir=folder.parent)
    try:
        yield Path(unfinished)
        Path(unfinished).rename(folder)
    except BaseException:
        shutil.rmtree(unfinished)
        raise


def digest_of(source: Readable, target: BinaryIO | None = None) -> str:
    """Return the SHA-256 (hex) of the source, copying it to the target."""
    digest = hashlib.sha256()
    while block := source.read(BLOCK_SIZE):
        digest.update(block)
        if target:
            target.write(block)
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 (hex) of the file."""
    with path.open("rb") as file:
        return digest_of(file)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest. Raises UnusableArchiveError if it is missing or of an unknown format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableArchiveError(
            f"{folder} has no readable {MANIFEST}: is it an export? {error}"
        ) from error
    except ValueError as error:
        raise UnusableArchiveError(
            f"{folder / MANIFEST} is damaged: get an intact copy of the export. {error}"
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UnusableArchiveError(
            f"{folder / MANIFEST} does not describe a {FORMAT}: pass the folder of an export."
        )
    if manifest.get("version") != FORMAT_VERSION:
        raise UnusableArchiveError(
            f"{folder / MANIFEST} is of format version {manifest.get('version')!r}; this Pressroom "
            f"reads version {FORMAT_VERSION}: restore it with the version "
            f"of Pressroom that wrote it, or a newer one."
        )
    return manifest


def read_checksums(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield SHA-256 (hex) and path for each line of the checksums. Raises UnusableArchiveError."""
    try:
        with (folder / CHECKSUMS).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                match = re.fullmatch(r"([0-9a-f]{64})  ([^\0\r\n]+)\n", line)
                if not match:
                    raise UnusableArchiveError(
                        f"{folder / CHECKSUMS} line {number} is not a checksum and a "
                        f"path: get an intact copy of the export."
                    )
                yield match[1], match[2]
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableArchiveError(
            f"{folder} has no readable {CHECKSUMS}: get an intact copy of the export. {error}"
        ) from error


def path_inside(folder: Path, name: str) -> Path:
    """Return the file's path. Raises UnusableArchiveError if it leads out of the folder, also
    through links."""
    path, parts = folder / name, PurePosixPath(name).parts
    if ".." in parts or name.startswith("/") or not path.resolve().is_relative_to(folder.resolve()):
        raise UnusableArchiveError(
            f"{folder / CHECKSUMS} names {name}, which is outside of the folder: do not trust this "
            "export, and ask the person you got it from."
        )
    return path


def verify(folder: Path) -> Iterator[str]:
    """Yield the path of each listed file after checking its checksum. Raises
    UnusableArchiveError."""
    for sha256, name in read_checksums(folder):
        try:
            found = digest_of_file(path_inside(folder, name))
        except OSError as error:
            raise UnusableArchiveError(
                f"{folder / name} cannot be read: get an intact copy of the export. {error}"
            ) from error
        if found != sha256:
            raise UnusableArchiveError(
                f"{folder / name} was altered after the export (its SHA-256 is not the one in "
                f"{CHECKSUMS}): get an intact copy of the export."
            )
        yield name
