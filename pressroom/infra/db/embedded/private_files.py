"""Files and folders that root and an ordinary user take turns in."""

import os
import stat
from pathlib import Path
from typing import IO


def nearest_existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, for the owner of where they are made.

    So a checkout stays its owner's though root ran something in it. Where root runs it others may
    pass through the folder (the server's user has to), not list it.
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
    """The mode of a folder that the server's user has to pass through, which is another's than
    root's."""
    return 0o711 if os.geteuid() == 0 else 0o700


def make_private_folder(folder: Path, uid: int, gid: int) -> None:
    """Make a folder that only the user `uid` (and root) may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, uid, gid)


def chown_like(path: Path, like: Path) -> None:
    """Give what root made to the owner of `like`."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def open_nofollow(path: Path, mode: str) -> IO[str]:
    """`open()` that makes files private and follows no symbolic link that somebody put there."""
    return open(path, mode, encoding="utf-8", errors="surrogateescape", opener=_opener)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def make_folder_in_tmp(folder: Path, like: Path) -> None:
    """Make a folder beside everybody's, for the owner of `like`.

    Raises PermissionError for one that somebody else made first, or can put things into.
    """
    try:
        folder.mkdir()
    except FileExistsError:
        found = folder.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == like.stat().st_uid
        if not is_ours or found.st_mode & 0o022:
            raise PermissionError(
                f"{folder} is another user's or open to others: remove it"
            ) from None
    else:
        folder.chmod(traversable_mode())
        chown_like(folder, like)


def flush_folder(folder: Path) -> None:
    """Have the disk hold what was renamed in a folder, lest a power cut take it back."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
