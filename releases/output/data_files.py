"""Files with everything public, described as a Frictionless data package.

Withheld once a release was withdrawn, removed, blocked or reinstated since their build. See
docs/decisions/2026-11-29-data-files.md.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from releases.models import Release
from releases.output import corrections, tables
from releases.output.tables import Column

CURRENT = "current.json"
MEDIA_TYPES = {
    "releases.csv.gz": "application/gzip",
    "releases.jsonl.gz": "application/gzip",
    "releases.sqlite": "application/vnd.sqlite3",
    "corrections.csv.gz": "application/gzip",
}


@dataclass(frozen=True)
class DataFile:
    """One file of a build."""

    name: str
    rows: int
    byte_size: int
    sha256: str


@dataclass(frozen=True)
class Build:
    """Finished build: when, from which withdrawals, and its files in `folder`."""

    folder: str
    at: datetime.datetime
    retracted: str
    files: tuple[DataFile, ...]

    def file(self, name: str) -> DataFile | None:
        return next((file for file in self.files if file.name == name), None)

    def path(self, name: str) -> str:
        """Return where a file is stored, relative to `root()`."""
        return f"{self.folder}/{name}"


def root() -> Path:
    return Path(settings.DATA_DIR)


def retracted() -> str:
    """Return a digest of the releases no longer approved, with all that is public of them.

    A build with another digest may contain text that has been withdrawn since.
    """
    fields = ("pk", "status", "status_reason", "title_withheld")
    rows = Release.objects.no_longer_approved().order_by("pk").values_list(*fields)
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def current() -> Build | None:
    """Return the last finished build; None before the first."""
    try:
        stored = json.loads((root() / CURRENT).read_bytes())
    except FileNotFoundError:
        return None
    files = tuple(DataFile(**file) for file in stored.pop("files"))
    at = datetime.datetime.fromisoformat(stored.pop("at"))
    return Build(**stored, at=at, files=files)


def are_of_day(at: datetime.datetime) -> bool:
    """Return whether there are files made on the local day of `at` that may be shown."""
    last = current()
    if last is None or timezone.localdate(last.at) != timezone.localdate(at):
        return False
    return last.retracted == retracted()


def package(built: Build, site: str, address: str, license_: dict[str, str]) -> dict[str, Any]:
    """Return the build as a data package (https://specs.frictionlessdata.io/data-package/)."""
    return {
        "name": "press-releases",
        "homepage": f"{site}{address}",
        "created": built.at.isoformat(),
        "licenses": [license_],
        "resources": [_resource(file, f"{site}{address}") for file in built.files],
    }


def _resource(file: DataFile, folder: str) -> dict[str, Any]:
    columns = columns_of(file.name)
    fields = [
        {"name": name, "type": column.kind, "description": str(column.meaning)}
        for name, column in columns.items()
    ]
    return {
        "name": file.name.replace(".", "-"),
        "path": f"{folder}{file.name}",
        "mediatype": MEDIA_TYPES[file.name],
        "bytes": file.byte_size,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": {"fields": fields},
    }


def columns_of(name: str) -> dict[str, Column]:
    """Return the columns of a file."""
    return corrections.COLUMNS if name.startswith("corrections") else tables.COLUMNS
