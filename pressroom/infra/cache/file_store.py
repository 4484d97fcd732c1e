"""Signed bytes in one SQLite file, which all processes of a machine share and a restart keeps."""

from __future__ import annotations

import hmac
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.utils.crypto import salted_hmac

from pressroom.infra.circuit_breaker import CircuitBreaker, CircuitOpenError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

BUSY_SECONDS = 0.02  # that a process waits for another's write; then it does without
PAGE_BYTES = 4096
EVICTED = 256  # entries at once, the oldest first
SIGNATURE_BYTES = 32
EDITION_BYTES = 16  # begin the names of an edition
MAX_NAME = b"\xff" * 33  # after them
SALT = "pressroom file store"
CREATE = """
CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, data BLOB)
"""
EVICT = "DELETE FROM entry WHERE id IN (SELECT id FROM entry ORDER BY id LIMIT ?)"
EVICT_OTHERS = """
DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE name < ? OR name > ? LIMIT ?)
"""


class FileStore:
    """Thread-safe store bounded in bytes. Any failure is a miss, and rests the file for seconds.

    Names are HMACs, and what is stored is signed together with its name: whoever can write to the
    file cannot change what is served. Each edition, such as a version of the program, has its own.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path, self.max_bytes = path, max_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._circuit = CircuitBreaker("response cache file", on_change=_log_change)

    def find(self, name: str, edition: str = "") -> bytes | None:
        """Return what was stored under the name; None if it is missing or was not signed here."""
        hashed = _edition(edition) + _keyed(name)
        row = self._call(lambda file: file.execute(_FIND, (hashed,)).fetchone())
        if row is None or not isinstance(row[0], bytes):
            return None
        signature, data = row[0][:SIGNATURE_BYTES], row[0][SIGNATURE_BYTES:]
        return data if hmac.compare_digest(signature, _sign(hashed, data)) else None

    def store(self, name: str, data: bytes, edition: str = "", may_evict: bool = True) -> None:
        """Store the bytes under the name; if it is full, evict the oldest, or unless that is
        allowed, those of other editions only."""
        own = _edition(edition)
        hashed = own + _keyed(name)
        row = (hashed, _sign(hashed, data) + data)
        evict = (EVICT, ()) if may_evict else (EVICT_OTHERS, (own, own + MAX_NAME))
        self._call(lambda file: _insert(file, row, *evict))

    def clear(self) -> None:
        """Delete all entries."""
        self._call(lambda file: file.execute("DELETE FROM entry"))

    def close(self) -> None:
        with self._lock:
            if self._connection and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _call(self, operation: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Run the operation on the file; None if that fails, or failed a moment ago."""
        if not self.max_bytes:
            return None
        with suppress(CircuitOpenError), self._lock, self._circuit.guard():
            try:
                found = operation(self._opened())
            except sqlite3.Error as error:
                self._recover(error)
            except OSError as error:
                self._circuit.trip(error)
            else:
                self._circuit.reset()
                return found
        return None

    def _opened(self) -> sqlite3.Connection:
        # SQLite's connections do not survive a fork.
        if self._connection is None or self._process != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                self.path, BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._process = os.getpid()
            # A power failure may lose entries; they are rendered again.
            for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -512"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute(f"PRAGMA max_page_count = {self.max_bytes // PAGE_BYTES}")
            self._connection.execute(CREATE)
        return self._connection

    def _recover(self, error: sqlite3.Error) -> None:
        """Do without for a moment; a damaged file is begun again."""
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            return
        if self._connection:
            self._connection.close()
            self._connection = None
        if not isinstance(error, sqlite3.OperationalError):
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self._circuit.trip(error)


_FIND = "SELECT data FROM entry WHERE name = ?"
_STORE = "INSERT OR REPLACE INTO entry (name, data) VALUES (?, ?)"


def _insert(
    file: sqlite3.Connection, row: tuple[bytes, bytes], evict: str, values: tuple[bytes, ...]
) -> None:
    try:
        file.execute(_STORE, row)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_FULL:
            raise
        if not file.execute(evict, (*values, EVICTED)).rowcount:
            return
        # One that is larger than what was evicted is not stored.
        with suppress(sqlite3.OperationalError):
            file.execute(_STORE, row)


@lru_cache(maxsize=4)
def _edition(name: str) -> bytes:
    return _keyed(name)[:EDITION_BYTES]


def _keyed(name: str) -> bytes:
    return salted_hmac(SALT, name, algorithm="sha256").digest()


def _sign(hashed: bytes, data: bytes) -> bytes:
    return salted_hmac(f"{SALT} signature", hashed + data, algorithm="sha256").digest()


def _log_change(error: Exception | None) -> None:
    if error:
        logger.warning("The response cache file failed; pages are rendered again: %s", error)
    else:
        logger.warning("The response cache file is back.")
