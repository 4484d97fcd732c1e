"""Writers of table rows to compressed CSV and JSON Lines, and to SQLite."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, Self

from releases.output.tables import Column, cell

SQL_TYPES = {"integer": "INTEGER"}  # everything else is text
COMPRESSION = 6


class Writer(Protocol):
    """Target of rows with the same columns."""

    def begin(self, columns: Mapping[str, Column]) -> None: ...

    def write(self, row: Mapping[str, Any]) -> None: ...


class _TextFile:
    """Text in UTF-8 in a gzip file without a time, so that equal rows give equal files."""

    def __init__(self, path: Path) -> None:
        self.raw = path.open("wb")
        packed = gzip.GzipFile("", "wb", COMPRESSION, self.raw, mtime=0)
        self.file = io.TextIOWrapper(io.BufferedWriter(packed, 1 << 16), "utf-8", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()
        self.raw.close()  # GzipFile leaves it open


class JsonLinesFile(_TextFile):
    """One JSON object per line."""

    def begin(self, columns: Mapping[str, Column]) -> None:
        """Write nothing: JSON Lines have no header."""

    def write(self, row: Mapping[str, Any]) -> None:
        self.file.write(json.dumps(row, ensure_ascii=False) + "\n")


class CsvFile(_TextFile):
    """Header and records (RFC 4180), with formulas escaped."""

    def begin(self, columns: Mapping[str, Column]) -> None:
        self.put = csv.writer(self.file).writerow
        self.put(columns)

    def write(self, row: Mapping[str, Any]) -> None:
        self.put([cell(value) for value in row.values()])


class Database:
    """SQLite database, written without a journal: an interrupted one is discarded."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode = OFF")
        self.connection.execute("PRAGMA synchronous = OFF")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.commit()
        self.connection.close()

    def table(self, name: str) -> Writer:
        """Return a writer of a new table."""
        return _Table(self.connection, name)


class _Table:
    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.connection, self.name = connection, name

    def begin(self, columns: Mapping[str, Column]) -> None:
        typed = (f"{name} {SQL_TYPES.get(one.kind, 'TEXT')}" for name, one in columns.items())
        self.connection.execute(f"CREATE TABLE {self.name} ({', '.join(typed)})")
        places = ", ".join("?" * len(columns))
        self.statement = f"INSERT INTO {self.name} VALUES ({places})"  # noqa: S608  # nosec B608  # our names

    def write(self, row: Mapping[str, Any]) -> None:
        self.connection.execute(self.statement, [_value(value) for value in row.values()])


def _value(value: Any) -> Any:
    """Return a list as a JSON array, which SQLite's functions read."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
