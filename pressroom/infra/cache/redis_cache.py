"""Caches in a shared Redis, with a per-process fallback while Redis is down.

Built on Django's RedisCache. This module adds timeouts, a circuit breaker, and signatures:
callers never see failures of Redis, and values that this site did not sign are ignored.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from pressroom.infra.circuit_breaker import CircuitBreaker, CircuitOpenError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Increase it when the format of stored values changes, so that old and new code share nothing.
FORMAT_VERSION = 1
TIMEOUT = 0.25  # seconds: to connect, and for each answer
JSON, BYTES = b"j", b"b"
SIGNATURE_SIZE = 32  # bytes


class RawSerializer:
    """Pass bytes and numbers through."""

    # Django's serializer is pickle: whoever can write to Redis could run code here.

    def dumps(self, value: int | bytes) -> int | bytes:
        return value

    def loads(self, data: bytes) -> bytes:
        return data


# No client name is sent, and every server speaks version 2 of the protocol.
CLIENT_OPTIONS = {
    "serializer": RawSerializer,
    "socket_connect_timeout": TIMEOUT,
    "socket_timeout": TIMEOUT,
    "protocol": 2,
    "driver_info": None,
}


def keyed_hash(key: str, prefix: str, version: int) -> str:
    """Return the key in Redis: an HMAC, so that it reveals nothing and sites share no entries."""
    return f"pressroom:{prefix}:{_digest(f'{FORMAT_VERSION} {prefix} {version} {key}').hex()}"


@lru_cache
def circuit_for(server: str) -> CircuitBreaker:
    """Circuit breaker shared by the threads of this process."""
    return CircuitBreaker("shared cache", on_change=_log_change)


def _log_change(error: Exception | None) -> None:
    if error:
        logger.warning("The shared cache fails, each process goes on with its own: %s", error)
    else:
        logger.warning("The shared cache is back.")


class RedisWithFallback(BaseCache):
    """Cache in Redis, or in the process while Redis fails."""

    # clear() is left out: it would empty the whole database, which others may use.

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        fallback = params["IN_PLACE"]
        self.fallback = LocMemCache(fallback["LOCATION"], fallback)
        self.redis = RedisCache(server, params | {"OPTIONS": params["OPTIONS"] | CLIENT_OPTIONS})
        self.circuit = circuit_for(server)

    def call(self, operation: Callable[[BaseCache], Result]) -> Result:
        """Run the operation on Redis, or on the process's own cache while Redis is down."""
        with suppress(CircuitOpenError), self.circuit.guard() as is_trial:
            try:
                if is_trial:
                    _probe(self.redis)
                    self.circuit.reset()
                return operation(self.redis)
            except RedisError as error:
                self.circuit.trip(error)
        return operation(self.fallback)


class SharedCounters(RedisWithFallback):
    """Cache of counters, unsigned: only `add` and `incr`."""

    def add(
        self, key: str, value: int, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Set the counter unless it exists; return True if it was set."""
        return self.call(lambda cache: cache.add(key, value, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Increment and return the counter. Raises ValueError if it does not exist."""
        return self.call(lambda cache: cache.incr(key, delta, version))


class SharedCache(RedisWithFallback):
    """Cache of bytes and of values that survive a JSON round trip."""

    # Each is signed with its key, so that write access to Redis does not change the site's pages.

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or the default if it is missing or its signature is invalid."""
        try:
            signed = self.call(lambda cache: cache.get(key, None, version))
            return default if signed is None else _unsign(self.make_key(key, version), signed)
        except ValueError as error:
            self.circuit.trip(error)
            return default

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store the value unless the key exists; return True if it was stored."""
        signed = _sign(self.make_key(key, version), value)
        return self.call(lambda cache: cache.add(key, signed, timeout, version))

    def is_up(self) -> bool:
        """Return True if Redis accepts writes; False at once while the circuit is open."""
        self.call(_probe)
        return not self.circuit.is_open


def _probe(cache: BaseCache) -> None:
    # A full Redis still answers reads.
    cache.set("written", b"", 60)


def _sign(name: str, value: Any) -> bytes:
    is_bytes = isinstance(value, bytes)
    content = BYTES + value if is_bytes else JSON + json.dumps(value).encode()
    return _digest(name, content) + content


def _unsign(name: str, signed: bytes) -> Any:
    """Return the content of a signed value. Raises ValueError for a wrong signature."""
    signature, content = signed[:SIGNATURE_SIZE], signed[SIGNATURE_SIZE:]
    if not hmac.compare_digest(signature, _digest(name, content)):
        raise ValueError("An entry was not put there by this site.")
    return content[1:] if content.startswith(BYTES) else json.loads(content[1:])


def _digest(text: str, content: bytes = b"") -> bytes:
    """Return an HMAC-SHA256 under SECRET_KEY."""
    return salted_hmac(f"pressroom.infra.cache {text}", content, algorithm="sha256").digest()
