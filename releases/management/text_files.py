"""Text files that commands read."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

MAX_BYTES = 50_000_000  # what a sitemap may have (sitemaps.org)


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, without NUL. Raises CommandError."""
    try:
        if path.exists() and not path.is_file():
            raise CommandError(f"{path} is not a file: save its content as one.")
        if path.stat().st_size > MAX_BYTES:
            raise CommandError(f"{path} is larger than {MAX_BYTES:,} bytes: split it.")
        return path.read_text(encoding="utf-8-sig", errors="replace").replace("\0", "")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
