"""Signed bytes in one file, which all processes of a machine share and a restart keeps."""

from __future__ import annotations

import hmac
import logging
import threading
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
        self._lock = threading.Lock()  # to write, open and close
        self._file: RingFile | None = None
        self._circuit = CircuitBreaker("response cache file", on_change=_log_change)

    def find(self, name: str, edition: str = "") -> bytes | None:
        """Return what was stored under the name; None if it is missing or was not signed here."""
        hashed = _hash(f"{edition} {name}")
        found = self._call(lambda file: file.read(hashed[:TAG_BYTES]))
        if not found:
            return None
        signature, data = found[:SIGNATURE_BYTES], found[SIGNATURE_BYTES:]
        return data if hmac.compare_digest(signature, _sign(hashed, data)) else None

    def store(self, name: str, data: bytes, edition: str = "", may_evict: bool = True) -> None:
        """Store the bytes under the name; if it is full, evict the oldest, or unless that is
        allowed, those of other editions only."""
        hashed, owner = _hash(f"{edition} {name}"), _hash(edition)
        record = _sign(hashed, data) + data

        def write(_: RingFile) -> None:
            with self._lock:  # nobody closes it meanwhile
                tag, owner_tag = hashed[:TAG_BYTES], owner[:TAG_BYTES]
                self._writable().write(tag, record, owner_tag, may_overwrite=may_evict)

        self._call(write)

    def close(self) -> None:
        with self._lock:
            self._close()

    def _call(self, operation: Callable[[RingFile], Result]) -> Result | None:
        """Run the operation on the file; None if that fails, or failed a moment ago."""
        if not self.max_bytes:
            return None
        with suppress(CircuitOpenError, BusyError), self._circuit.guard():
            try:
                found = operation(self._file or self._opened())
            # The last if another thread closed the file.
            except (DamagedError, OSError, ValueError) as error:
                self._recover(error)
            else:
                if self._circuit.is_open:
                    self._circuit.reset()
                return found
        return None

    def _opened(self) -> RingFile:
        with self._lock:
            return self._writable()

    def _writable(self) -> RingFile:
        if self._file and not self._file.may_be_written:
            self._close()
        self._file = self._file or RingFile(self.path, self.max_bytes)
        return self._file

    def _close(self) -> None:
        if self._file:
            self._file.close()
        self._file = None

    def _recover(self, error: Exception) -> None:
        """Do without for a moment; a damaged file is begun again."""
        with self._lock:
            self._close()
            if isinstance(error, DamagedError):
                self.path.unlink(missing_ok=True)
        self._circuit.trip(error)


def _hash(name: str) -> bytes:
    return hmac.digest(_key(SALT, settings.SECRET_KEY), name.encode(), "sha256")


def _sign(hashed: bytes, data: bytes) -> bytes:
    key = _key(f"{SALT} signature", settings.SECRET_KEY)
    return hmac.digest(key, hashed + data, "sha256")


@lru_cache(maxsize=4)
def _key(purpose: str, secret: str) -> bytes:
    return salted_hmac(SALT, purpose, secret, algorithm="sha256").digest()


def _log_change(error: Exception | None) -> None:
    if error:
        logger.warning("The response cache file failed; pages are rendered again: %s", error)
    else:
        logger.warning("The response cache file is back.")
