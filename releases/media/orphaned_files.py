"""Files that nothing names: what a broken upload, or a draft's deleted picture, left behind."""

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
from releases.models import Attachment, Image, Version

# No request lasts as long: what is younger may belong to an upload that has no row yet.
MIN_AGE = datetime.timedelta(days=1)
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class OrphanedFiles:
    """The files under a key that no row and no version names, as the storage names them."""

    key: str
    files: tuple[str, ...]

    @property
    def byte_size(self) -> int:
        """Of all of them."""
        return sum(default_storage.size(file) for file in self.files)

    def remove(self) -> None:
        """Delete the files, then what held them."""
        for file in (*self.files, self.key):
            default_storage.delete(file)


def find_orphans(at: datetime.datetime) -> Iterator[OrphanedFiles]:
    """What is older at `at` than AGE and named by no row, and by no version either: the history of
    a release keeps its files. All that was ever uploaded under a key that is named stays, too."""
    for key in _stored_keys():
        if _is_referenced(key):  # before the storage is asked: a bucket is asked for each file
            continue
        files = tuple(f"{key}/{name}" for name in sorted(default_storage.listdir(key)[1]))
        newest = max(map(default_storage.get_modified_time, files), default=at)
        if newest < at - MIN_AGE:
            yield OrphanedFiles(key, files)


def find_leftover_folders(at: datetime.datetime) -> Iterator[Path]:
    """Folders for reading an upload that a killed process left among the temporary files."""
    oldest = (at - MIN_AGE).timestamp()
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*")):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < oldest:
            yield folder


def remove_leftover_folder(folder: Path) -> None:
    """Delete one of the `find_leftover_folders`."""
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
        or Version.objects.filter(in_history).exists()
    )
