"""What a storage holds."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import Storage


def names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Of all files, those beneath the folder, in an order that is always the same."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever put there
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from names(storage, f"{prefix}{name}")
