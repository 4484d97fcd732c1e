"""Hash of the program, for what it made and stores."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path

import django

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("pressroom", "releases", "templates")
SUFFIXES = {".py", ".html", ".txt", ".xml", ".mo"}


@cache
def source_hash() -> str:
    """Return the SHA-256 (hex) of all modules, templates and translations, read once per process,
    and of the versions of Python and Django."""
    # Hashed as a whole: nobody has to name the files that something was made with.
    digest = hashlib.sha256(repr((platform.python_version(), django.VERSION)).encode())
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(f"{path.relative_to(PROJECT)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
