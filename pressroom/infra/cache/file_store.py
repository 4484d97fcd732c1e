"""Signed bytes in one file, which all processes of a machine share and a restart keeps."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.utils.crypto import salted_hmac

from pressroom.infra.cache.ring_file import TAG_BYTES, BusyError, DamagedError, RingFile
from pressroom.infra.circuit_breaker import CircuitBreaker, CircuitOpenError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

SIGNATURE_BYTES = 32
SALT = "pressroom file store"


class FileStore:
    """Thread-safe store bounded in bytes. Any failure is a miss, and rests the file for seconds.

    Names are HMACs, and what is stored is signed together with its name: whoever can write to the
    file cannot change what is served. Each edition, such as a version of the program, has its own.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path, self.max_bytes = path, max_bytes
        self._file: RingFile | None = None
        self._has_opened = False
        self._circuit = CircuitBreaker("response cache file", on_change=self._log_change)

    def find(self, name: str, edition: str = "") -> bytes | None:
        """Return what was stored under the name; None if it is missing or was not signed here."""
        hashed = _hash(f"{edition} {name}")
        found = self._call(lambda: self._current().read(hashed[:TAG_BYTES]))
        if not found:
            return None
        signature, data = found[:SIGNATURE_BYTES], found[SIGNATURE_BYTES:]
        return data if hmac.compare_digest(signature, _sign(hashed, data)) else None

    def store(self, name: str, data: bytes, edition: str = "", may_evict: bool = True) -> None:
        """Store the bytes under the name; if it is full, evict the oldest, or unless that is
        allowed or the name has bytes already, those of other editions only."""
        hashed, owner = _hash(f"{edition} {name}"), _hash(edition)
        record = _sign(hashed, data) + data
        tags = hashed[:TAG_BYTES], owner[:TAG_BYTES]
        self._call(lambda: self._current().write(record, *tags, may_overwrite=may_evict))

    def close(self) -> None:
        """Forget the file, which its last reader closes."""
        self._file = None

    def _call(self, operation: Callable[[], Result]) -> Result | None:
        """Run the operation on the file; None if that fails, or failed a moment ago."""
        if not self.max_bytes:
            return None
        with suppress(CircuitOpenError, BusyError), self._circuit.guard():
            try:
                found = operation()
            except (DamagedError, OSError) as error:
                self._recover(error)
            else:
                if self._circuit.is_open:
                    self._circuit.reset()
                return found
        return None

    def _current(self) -> RingFile:
        """Return the file, opened again if it was deleted: then with the size that another process
        gave it, or two with different settings would delete each other's."""
        file = self._file
        if not (file and file.is_current):
            may_replace = not self._has_opened
            file = self._file = RingFile.open(self.path, self.max_bytes, may_replace=may_replace)
            self._has_opened = True
        return file

    def _recover(self, error: Exception) -> None:
        """Do without for a moment; a damaged file is begun again."""
        self._circuit.trip(error)
        self.close()
        if isinstance(error, DamagedError):
            with suppress(OSError):
                self.path.unlink(missing_ok=True)

    def _log_change(self, error: Exception | None) -> None:
        if isinstance(error, DamagedError):
            logger.warning("%s is damaged. It is begun again; delete it if it cannot.", self.path)
        elif error:
            logger.warning("%s failed; pages are rendered again: %s", self.path, error)
        else:
            logger.warning("%s works again.", self.path)


def _hash(name: str) -> bytes:
    return hmac.digest(_key(SALT, settings.SECRET_KEY), name.encode(), "sha256")


def _sign(hashed: bytes, data: bytes) -> bytes:
    key = _key(f"{SALT} signature", settings.SECRET_KEY)
    return hmac.digest(key, hashed + data, "sha256")


@lru_cache(maxsize=4)
def _key(purpose: str, secret: str) -> bytes:
    return salted_hmac(SALT, purpose, secret, algorithm="sha256").digest()
