"""Private files and folders that both root and an ordinary user work in."""

import os
import stat
from pathlib import Path
from typing import IO


def nearest_existing(path: Path) -> Path:
    """Return the path or its nearest parent that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, owned by the owner of the nearest existing parent.

    A checkout therefore stays its owner's even if root runs commands in it. A folder that root
    creates can be traversed, but not listed, by others: the server's user has to.
    """
    owner = nearest_existing(folder)
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(exist_ok=True)
        place.chmod(traversable_mode())
        chown_like(place, owner)
    if folder.stat().st_uid == os.geteuid():
        folder.chmod(traversable_mode())


def traversable_mode() -> int:
    """Return the mode of a folder that the server's user, which is never root, has to traverse."""
    return 0o711 if os.geteuid() == 0 else 0o700


def make_private_folder(folder: Path, uid: int, gid: int) -> None:
    """Create a folder that only the user `uid` and root may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, uid, gid)


def chown_like(path: Path, like: Path) -> None:
    """Give a path that root created to the owner of `like`."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def open_nofollow(path: Path, mode: str) -> IO[str]:
    """Open a file, created private, without following a symbolic link."""
    return open(path, mode, encoding="utf-8", errors="surrogateescape", opener=_opener)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def make_folder_in_tmp(folder: Path, like: Path) -> None:
    """Create a folder under the shared /tmp for the owner of `like`.

    Raises PermissionError if another user created the folder or may write to it.
    """
    try:
        folder.mkdir()
    except FileExistsError:
        found = folder.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == like.stat().st_uid
        if not is_ours or found.st_mode & 0o022:
            raise PermissionError(
                f"{folder} belongs to another user or is writable by others: remove it"
            ) from None
    else:
        folder.chmod(traversable_mode())
        chown_like(folder, like)


def flush_folder(folder: Path) -> None:
    """Sync a folder to disk so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
