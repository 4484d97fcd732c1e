"""Restore of an export into an empty archive: atomically."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from releases.archive import roles
from releases.archive.exporting import ReportProgress
from releases.archive.folder import (
    FILES,
    UnusableArchiveError,
    digest_of,
    path_inside,
    read_checksums,
    read_manifest,
    verify,
)
from releases.archive.tables import TABLES, Line, Table
from releases.integrity.checks import (
    broken_versions,
    inconsistent_releases,
    record_cleaned_version,
    referenced_files,
)
from releases.models import FeedAuthority, Release
from releases.models.batches import BATCH, in_batches
from releases.search import outbox

Insert = Callable[[list[Line]], None]


@dataclass
class RestoreResult:
    (
        ""
        """Counts of rows by table and of files.

    `cleaned` are the numbers of releases that got a version because their text was cleaned.
    """
    )

    counts: Counter[str] = field(default_factory=Counter)
    cleaned: list[str] = field(default_factory=list)


def restore(folder: Path, watch: ReportProgress = lambda what, count: None) -> RestoreResult:
    """Restore database and storage, and queue all releases for the search index.

    Raises UnusableArchiveError, leaving the database unchanged.
    """
    manifest = read_manifest(folder)
    _require_complete(folder, manifest)
    restored = _Restore(folder, manifest, watch)
    with transaction.atomic():
        _require_empty()
        # Files stored before a failure stay, unreferenced; a second run reuses them.
        restored.files()
        restored.tables()
        if Release.objects.exclude(number=None).exists():
            FeedAuthority.store()  # older exports lack it
        _queue_for_index()
    return restored.result


def _require_complete(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise UnusableArchiveError if a file in the manifest is missing or damaged."""
    names = Counter(name.partition("/")[0] for name in verify(folder))
    for name in (*(table.file for table in _tables(manifest)), roles.FILE):
        if not names[name]:
            raise UnusableArchiveError(f"{folder} lacks {name}: get an intact copy of the export.")
    if names[FILES] != manifest["files"]:
        raise UnusableArchiveError(
            f"{folder / FILES} has {names[FILES]} of {manifest['files']} "
            f"files: get an intact copy of the export."
        )


def _tables(manifest: dict[str, Any]) -> list[Table]:
    """Return the tables of the export; older exports lack some."""
    return [table for table in TABLES if not table.is_optional or table.name in manifest["tables"]]


def _require_empty() -> None:
    for table in (table for table in TABLES if not table.is_seeded):
        if count := table.model._base_manager.count():
            raise UnusableArchiveError(
                f"This archive is not empty: it has {count} rows for {table.file}. Restore into a "
                "new database, right after `manage.py migrate`."
            )


def _queue_for_index() -> None:
    """Queue each release for the time when it becomes public."""
    now = timezone.now()
    for ids in in_batches(Release.objects.published(now).values_list("pk", flat=True), int):
        outbox.enqueue(ids)
    for release in Release.objects.filter(release_at__gt=now).only("release_at"):
        outbox.enqueue([release.pk], release.release_at)


class _Restore:
    """State of one restore."""

    def __init__(self, folder: Path, manifest: dict[str, Any], watch: ReportProgress) -> None:
        self.folder = folder
        self.manifest = manifest
        self.watch = watch
        self.result = RestoreResult()

    def tables(self) -> None:
        for table in _tables(self.manifest):
            if table.is_seeded:
                table.model._base_manager.all().delete()
            self.lines(table.file, table.insert)
            self.restore_sequence(table)
        self.lines(roles.FILE, roles.insert)
        roles.grant_newer(self.manifest.get("permissions", ()))
        for sentence in broken_versions():
            raise UnusableArchiveError(
                f"{self.folder / 'versions.jsonl'}: {sentence} Use another export."
            )
        self.compare_releases()
        self.compare_files()
        self.check_constraints()

    def compare_releases(self) -> None:
        """Check that each release equals its last version; if its text was only cleaned, add
        one."""
        for pk, sentence in inconsistent_releases().items():
            number = record_cleaned_version(pk)
            if not number:
                raise UnusableArchiveError(
                    f"{self.folder / 'releases.jsonl'}: {sentence} Use another export."
                )
            self.result.cleaned.append(number)

    def compare_files(self) -> None:
        """Check that each file that a row refers to is listed with the checksum of its upload."""
        files = {name: sha256 for sha256, name in read_checksums(self.folder)}
        for name, sha256 in referenced_files():
            if files.get(f"{FILES}/{name}") != sha256:
                raise UnusableArchiveError(
                    f"{self.folder / FILES / name} does not match the checksum in its row: use "
                    "another export."
                )

    def lines(self, name: str, insert: Insert) -> None:
        path, number = self.folder / name, 0
        for batch in _batches(path):
            try:
                with transaction.atomic():
                    insert(batch)
            except (ValueError, TypeError, KeyError, ValidationError, DatabaseError) as error:
                where = f"{path} lines {number + 1} to {number + len(batch)}"
                raise UnusableArchiveError(
                    f"{where}: {_error_text(error)}. Use another export."
                ) from error
            number += len(batch)
            self.count_written(name.removesuffix(".jsonl"), len(batch))

    def restore_sequence(self, table: Table) -> None:
        entry = self.manifest["tables"][table.name]
        count = self.result.counts[table.name]
        if count != entry["rows"]:
            raise UnusableArchiveError(
                f"{self.folder / table.file} has {count} of {entry['rows']} rows: get an "
                "intact copy of the export."
            )
        if entry["last_key"] is not None:
            table.set_last_key(entry["last_key"])

    def check_constraints(self) -> None:
        """Check deferred constraints now."""
        try:
            with transaction.atomic():
                connection.check_constraints()
        except DatabaseError as error:
            raise UnusableArchiveError(
                f"{self.folder}: {_error_text(error)}. Use another export."
            ) from error

    def files(self) -> None:
        for sha256, name in read_checksums(self.folder):
            if name.startswith(f"{FILES}/"):
                self.store(path_inside(self.folder, name), name.removeprefix(f"{FILES}/"), sha256)

    def store(self, path: Path, name: str, sha256: str) -> None:
        """Store a file. Raises UnusableArchiveError if another one has its name."""
        _require_safe(path, name)
        if not default_storage.exists(name):
            with path.open("rb") as file:
                default_storage.save(name, File(file))
        with default_storage.open(name) as stored:
            if digest_of(stored) != sha256:
                raise UnusableArchiveError(
                    f"The storage already has a different file {name}: restore into an empty "
                    "storage."
                )
        self.count_written(FILES, 1)

    def count_written(self, what: str, count: int) -> None:
        self.result.counts[what] += count
        self.watch(what, count)


def _require_safe(path: Path, name: str) -> None:
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation as error:
        raise UnusableArchiveError(
            f"{path} leads out of the storage: do not trust this export."
        ) from error


def _batches(path: Path) -> Iterator[list[Line]]:
    batch: list[Line] = []
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, text in enumerate(lines, start=1):
            batch.append(_parse_line(text, f"{path} line {number}"))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _parse_line(text: str, where: str) -> Line:
    try:
        line = json.loads(text)
    except ValueError as error:
        raise UnusableArchiveError(
            f"{where} is not JSON: get an intact copy of the export. {error}"
        ) from error
    if not isinstance(line, dict):
        raise UnusableArchiveError(
            f"{where} is not a JSON object: get an intact copy of the export."
        )
    return line


def _error_text(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
