"""Copying of stored files from one storage to another, verified by reading back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import Enum

from django.core.files.base import File
from django.core.files.storage import Storage

from releases.media import stored_files


class Outcome(Enum):
    """Result for a file; the value is its label in the summary."""

    COPIED = "copied"
    ALREADY_THERE = "already in the target"
    DIFFERENT = "different in the target, not overwritten"


def copy_files(source: Storage, target: Storage) -> Iterator[tuple[str, Outcome]]:
    """Copy every file the target lacks; yields each name and its outcome. Raises OSError."""
    # Never overwrites, so it can be interrupted and restarted.
    for name in stored_files.list_names(source):
        yield name, _copy_file(name, source, target)


def _copy_file(name: str, source: Storage, target: Storage) -> Outcome:
    is_there = target.exists(name)
    if not is_there:
        with source.open(name) as file:
            target.save(name, File(file, name))
    if _sha256(source, name) != _sha256(target, name):
        return Outcome.DIFFERENT
    return Outcome.ALREADY_THERE if is_there else Outcome.COPIED


def _sha256(storage: Storage, name: str) -> str:
    digest = hashlib.sha256()
    with storage.open(name) as file:
        for piece in file.chunks(stored_files.CHUNK_SIZE):
            digest.update(piece)
    return digest.hexdigest()
