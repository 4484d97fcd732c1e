"""Fingerprint of what makes pages besides the database: code, templates, packages, settings."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import LazyObject

from releases.web.source_hash import source_hash

# Begin settings that no page shows. Commands log in another way, without limits in the database.
UNSEEN = ("LOG_", "LOGGING", "DATABASES")
_WORD = re.compile(r"[^\s,(){}\[\]]+")
_ADDRESS = re.compile(r" at 0x[0-9a-f]{1,16}")  # of objects in memory


@cache
def fingerprint() -> str:
    """Return a digest that changes with each deployment. Read once in a process."""
    digest = hashlib.sha256()
    for part in (*_files(), *_packages(), *_settings()):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _files() -> Iterator[str]:
    yield source_hash()
    for path in sorted((Path(settings.BASE_DIR) / "static").rglob("*")):
        found = path.stat()
        yield f"{path} {found.st_size} {found.st_mtime_ns}"


def _packages() -> Iterator[str]:
    """Yield the folders of installed packages, whose names have their versions."""
    for place in sys.path:
        yield from sorted(found.name for found in Path(place).glob("*.dist-info"))


def _settings() -> Iterator[str]:
    for name in sorted(filter(str.isupper, dir(settings))):
        if name.startswith(UNSEEN):
            continue
        found = getattr(settings, name)
        # What a lazy object shows of itself changes once it was used.
        shown = str(found) if isinstance(found, LazyObject) else repr(found)
        value = _ADDRESS.sub("", shown)
        # In any order, because that of sets differs between processes.
        yield f"{name} {sorted(_WORD.findall(value))}"
