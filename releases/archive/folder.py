"""The folder that holds an export: what must be in it, and what its checksums say."""

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
CHECKSUMS = "SHA256SUMS"  # as sha256sum writes and checks them
FILES = "files"  # the folder of the stored files
BLOCK_SIZE = 1 << 20  # bytes


class Readable(Protocol):
    """A file of the disk or of the storage, open for bytes."""

    def read(self, size: int, /) -> bytes: ...


class UnusableArchiveError(Exception):
    """An export that can not be restored, or a place where none can be written: a sentence that
    names the file and the remedy."""


@contextmanager
def create_atomically(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, which takes its name at the end of the block. What breaks the
    block off leaves nothing; a process that is killed leaves `.NAME.unfinished-…`."""
    if folder.exists():
        raise UnusableArchiveError(f"{folder} is there already: name a folder that is not.")
    if not folder.parent.is_dir():
        raise UnusableArchiveError(f"There is no folder {folder.parent}: make it first.")
    unfinished = tempfile.mkdtemp(prefix=f".{folder.name}.unfinished-", dir=folder.parent)
    try:
        yield Path(unfinished)
        Path(unfinished).rename(folder)
    except BaseException:
        shutil.rmtree(unfinished)
        raise


def digest_of(source: Readable, target: BinaryIO | None = None) -> str:
    """The SHA-256 (hex) of the source, which is copied to the target."""
    digest = hashlib.sha256()
    while block := source.read(BLOCK_SIZE):
        digest.update(block)
        if target:
            target.write(block)
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """The SHA-256 (hex) of the file."""
    with path.open("rb") as file:
        return digest_of(file)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Raises Unusable for what is no export, or one of a format that is not known here."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableArchiveError(
            f"{folder} has no readable {MANIFEST}: is it an export? {error}"
        ) from error
    except ValueError as error:
        raise UnusableArchiveError(
            f"{folder / MANIFEST} is damaged: take another copy. {error}"
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UnusableArchiveError(
            f"{folder / MANIFEST} is not of a {FORMAT}: name the folder of an export."
        )
    if manifest.get("version") != FORMAT_VERSION:
        raise UnusableArchiveError(
            f"{folder / MANIFEST} is of format version {manifest.get('version')!r}; this Pressroom "
            f"reads version {FORMAT_VERSION}: restore with the Pressroom that wrote it, or newer."
        )
    return manifest


def read_checksums(folder: Path) -> Iterator[tuple[str, str]]:
    """Each line of the checksums, as SHA-256 (hex) and path. Raises Unusable."""
    try:
        with (folder / CHECKSUMS).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                match = re.fullmatch(r"([0-9a-f]{64})  ([^\0\r\n]+)\n", line)
                if not match:
                    raise UnusableArchiveError(
                        f"{folder / CHECKSUMS} line {number} is no checksum and path."
                    )
                yield match[1], match[2]
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableArchiveError(
            f"{folder} has no readable {CHECKSUMS}: take another copy. {error}"
        ) from error


def path_inside(folder: Path, name: str) -> Path:
    """The file's path. Raises Unusable for one that leads out of the folder, links included."""
    path, parts = folder / name, PurePosixPath(name).parts
    if ".." in parts or name.startswith("/") or not path.resolve().is_relative_to(folder.resolve()):
        raise UnusableArchiveError(
            f"{folder / CHECKSUMS} names {name}, which is outside of the folder: do not trust this "
            "export, and ask who gave it."
        )
    return path


def verify(folder: Path) -> Iterator[str]:
    """Read each file that is listed; yields its path once it is found as it was written. Raises
    Unusable."""
    for sha256, name in read_checksums(folder):
        try:
            found = digest_of_file(path_inside(folder, name))
        except OSError as error:
            raise UnusableArchiveError(
                f"{folder / name} can not be read: take another copy. {error}"
            ) from error
        if found != sha256:
            raise UnusableArchiveError(
                f"{folder / name} is not what was exported (its SHA-256 is not the one in "
                f"{CHECKSUMS}): take another copy of it."
            )
        yield name
