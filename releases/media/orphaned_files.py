"""Orphaned files, left by failed uploads and deleted drafts."""

from __future__ import annotations

import datetime
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Q

from releases.media.intake import FOLDER_PREFIX
from releases.models import Attachment, Image, Office, Version

# Longer than any request: newer files may belong to an upload that has no row yet.
MIN_AGE = datetime.timedelta(days=1)
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class OrphanedFiles:
    """Stored files under a key that no row and no version refers to."""

    key: str
    files: tuple[str, ...]

    @property
    def byte_size(self) -> int:
        """Return the total size in bytes."""
        return sum(default_storage.size(file) for file in self.files)

    def remove(self) -> None:
        """Delete the files, then their folder."""
        for file in (*self.files, self.key):
            default_storage.delete(file)


def find_orphans(at: datetime.datetime) -> Iterator[OrphanedFiles]:
    """Yield files older than MIN_AGE at `at` whose key no row and no version refers to."""
    for key in _stored_keys():
        # Checked before listing, which costs a request per key in a bucket. A release's history
        # keeps every file ever uploaded under its keys.
        if _is_referenced(key):
            continue
        files = tuple(f"{key}/{name}" for name in sorted(default_storage.listdir(key)[1]))
        newest = max(map(default_storage.get_modified_time, files), default=at)
        if newest < at - MIN_AGE:
            yield OrphanedFiles(key, files)


def find_leftover_folders(at: datetime.datetime) -> Iterator[Path]:
    """Yield temporary folders of uploads whose process was killed."""
    oldest = (at - MIN_AGE).timestamp()
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*")):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < oldest:
            yield folder


def remove_leftover_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def _stored_keys() -> list[str]:
    try:
        folders, _ = default_storage.listdir("")
    except FileNotFoundError:  # nothing was ever uploaded
        return []
    return sorted(filter(_KEY.fullmatch, folders))


def _is_referenced(key: str) -> bool:
    named = [{"key": key}]
    in_history = Q(snapshot__images__contains=named) | Q(snapshot__attachments__contains=named)
    return (
        Image.objects.filter(key=key).exists()
        or Attachment.objects.filter(key=key).exists()
        or Office.objects.filter(seal_key=key).exists()
        or Version.objects.filter(in_history).exists()
    )
