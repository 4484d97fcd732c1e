"""Export of the archive: a snapshot of the database, then the stored files."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction

from releases.archive import roles
from releases.archive.folder import (
    CHECKSUMS,
    FILES,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    create_atomically,
    digest_of,
    digest_of_file,
)
from releases.archive.tables import TABLES, Line, Table, encode
from releases.integrity.checks import broken_versions, inconsistent_releases, referenced_files
from releases.media import stored_files

ReportProgress = Callable[[str, int], object]  # takes the kind of item and their number


@dataclass
class ExportResult:
    """Counts of rows by table and of files, and a message for each problem in the exported data."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def export(folder: Path, watch: ReportProgress = lambda what, count: None) -> ExportResult:
    """Export everything to a new folder, which appears complete or not at all.

    Must run outside of a transaction. Raises UnusableArchiveError.
    """
    with create_atomically(folder) as unfinished:
        exported = _Export(unfinished, watch).run()
        os.sync()  # data must be on disk before the folder is renamed
    return exported


class _Export:
    """State of one export."""

    def __init__(self, folder: Path, watch: ReportProgress) -> None:
        self.folder = folder
        self.watch = watch
        self.result = ExportResult()

    def run(self) -> ExportResult:
        with (self.folder / CHECKSUMS).open("w", encoding="utf-8", newline="\n") as self.checksums:
            with _snapshot_transaction():
                tables = {table.name: self.table(table) for table in TABLES}
                self.lines(roles.FILE, ([line] for line in roles.lines()))
                self.result.problems += broken_versions()
                self.result.problems += inconsistent_releases().values()
                # Stored files never change, so files newer than the snapshot do no harm.
                stored = self.files()
                self.result.problems += self.damaged_files()
                known = roles.known_permissions()
            self.manifest({"tables": tables, "files": stored, "permissions": known})
        return self.result

    def table(self, table: Table) -> dict[str, Any]:
        rows = self.lines(table.file, table.batches())
        return {"rows": rows, "last_key": table.last_key()}

    def lines(self, name: str, batches: Iterable[Sequence[Line]]) -> int:
        digest, count = hashlib.sha256(), 0
        with (self.folder / name).open("wb") as file:
            for batch in batches:
                data = b"".join(map(encode, batch))
                digest.update(data)
                file.write(data)
                count += len(batch)
                self.count_written(name.removesuffix(".jsonl"), len(batch))
        self.list(digest.hexdigest(), name)
        return count

    def files(self) -> int:
        """Copy every stored file, including replaced ones that only old versions refer to."""
        (self.folder / FILES).mkdir()
        return sum(1 for name in stored_files.list_names(default_storage) if self.copy(name))

    def copy(self, name: str) -> str:
        target = self.folder / FILES / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with default_storage.open(name) as source, target.open("wb") as file:
            sha256 = digest_of(source, file)
        self.list(sha256, f"{FILES}/{name}")
        self.count_written(FILES, 1)
        return sha256

    def damaged_files(self) -> Iterator[str]:
        """Yield a sentence for each file that a row refers to and that is missing or differs."""
        for name, sha256 in referenced_files():
            path = self.folder / FILES / name
            if not path.is_file():
                yield f"The stored file {name} is missing."
            elif digest_of_file(path) != sha256:
                yield f"The stored file {name} was altered: its SHA-256 does not match."

    def manifest(self, content: dict[str, Any]) -> None:
        content = {"format": FORMAT, "version": FORMAT_VERSION, **content}
        data = (json.dumps(content, indent=2) + "\n").encode()
        (self.folder / MANIFEST).write_bytes(data)
        self.list(hashlib.sha256(data).hexdigest(), MANIFEST)

    def list(self, sha256: str, name: str) -> None:
        self.checksums.write(f"{sha256}  {name}\n")

    def count_written(self, what: str, count: int) -> None:
        self.result.counts[what] += count
        self.watch(what, count)


@contextmanager
def _snapshot_transaction() -> Iterator[None]:
    """Run the block in a transaction whose queries all see the same snapshot."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
