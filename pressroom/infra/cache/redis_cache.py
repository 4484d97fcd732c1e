"""Caches in a shared Redis, with a per-process fallback while Redis is down.

Django's RedisCache with timeouts, a circuit breaker and signatures: callers never see failures of
Redis, and values that this site did not sign are ignored.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from pressroom.infra.circuit_breaker import CircuitBreaker, CircuitOpenError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TIMEOUT = 0.25  # seconds: to connect, and for each answer
JSON, BYTES = b"j", b"b"


class PlainSerializer:
    """Pass text and integers to Redis."""

    # Django's serializer is pickle: whoever can write to Redis could run code here.

    def dumps(self, value: int | str | bytes) -> int | str | bytes:
        return value

    def loads(self, data: bytes) -> str:
        return data.decode(errors="replace")


class BytesOrJSON:
    """Serializer of signed values."""

    def dumps(self, value: Any) -> bytes:
        return BYTES + value if isinstance(value, bytes) else JSON + json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return data[1:] if data.startswith(BYTES) else json.loads(data[1:])


# No client name is sent, and every server speaks version 2 of the protocol.
CLIENT_OPTIONS = {
    "serializer": PlainSerializer,
    "socket_connect_timeout": TIMEOUT,
    "socket_timeout": TIMEOUT,
    "protocol": 2,
    "driver_info": None,
}


def keyed_hash(key: str, prefix: str, version: int) -> str:
    """Return the key in Redis: an HMAC, so that it reveals nothing and sites share no entries."""
    digest = salted_hmac("pressroom shared cache", f"{version} {key}", algorithm="sha256")
    return f"pressroom:{prefix}:{digest.hexdigest()}"


@lru_cache
def circuit_for(server: str) -> CircuitBreaker:
    """Circuit breaker shared by the threads of this process."""
    return CircuitBreaker("shared cache", on_change=_log_change)


def _log_change(error: Exception | None) -> None:
    if error:
        logger.warning("The shared cache failed; using per-process caches: %s", error)
    else:
        logger.warning("The shared cache is back.")


class RedisWithFallback(BaseCache):
    """Cache in Redis, or in the process while Redis fails."""

    # clear() is left out: it would empty the whole database, which others may use.

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        fallback = params["FALLBACK"]
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

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store the value unless the key exists; return True if it was stored."""
        return self.call(lambda cache: cache.add(key, value, timeout, version))


class SharedCounters(RedisWithFallback):
    """Cache of counters, unsigned because Redis adds to them: only `add` and `incr`."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Increment and return the counter. Raises ValueError if it does not exist."""
        return self.call(lambda cache: cache.incr(key, delta, version))


class SharedCache(RedisWithFallback):
    """Cache of bytes and of values that survive a JSON round trip."""

    # Each is signed with its key, so that write access to Redis does not change the site's pages.

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or the default if it is missing or its signature is invalid."""
        if (signed := self.call(lambda cache: cache.get(key, None, version))) is None:
            return default
        try:
            return self._signer(key, version).unsign_object(signed, BytesOrJSON)
        except BadSignature:
            self.circuit.trip(BadSignature("The signature of a cache entry is invalid."))
            return default

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Sign the value and store it unless the key exists; return True if it was stored."""
        signed = self._signer(key, version).sign_object(value, BytesOrJSON)
        return super().add(key, signed, timeout, version)

    def is_up(self) -> bool:
        """Return True if Redis accepts writes; False at once while the circuit is open."""
        self.call(_probe)
        return not self.circuit.is_open

    def _signer(self, key: str, version: int | None) -> Signer:
        # Without SECRET_KEY_FALLBACKS: cached values need not outlive a key, which may have leaked.
        return Signer(salt=self.make_key(key, version), fallback_keys=[])


def _probe(cache: BaseCache) -> None:
    # A full Redis still answers reads.
    cache.set("written", "", 60)
