"""Caches in a Redis that processes share; while that is away, each process has its own.

Django's RedisCache speaks to it. This says what that does not: how long to wait, that no failure of
Redis becomes one of who asks, and that nothing is believed that this site did not put there.
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

FORMAT_VERSION = (
    1  # of what is kept: raise it when that changes, so that old code and new share nothing
)
TIMEOUT = 0.25  # seconds: to connect, and for each answer
JSON, BYTES = b"j", b"b"
SIGNATURE_SIZE = 32  # bytes


class RawSerializer:
    """In place of Django's serializer, which is pickle: by that, whoever can write to the Redis
    could run code here."""

    def dumps(self, value: int | bytes) -> int | bytes:
        return value

    def loads(self, data: bytes) -> bytes:
        return data


# One try each, and no more said than is asked; the second version of the protocol is spoken by all.
CLIENT_OPTIONS = {
    "serializer": RawSerializer,
    "socket_connect_timeout": TIMEOUT,
    "socket_timeout": TIMEOUT,
    "protocol": 2,
    "driver_info": None,
}


def keyed_hash(key: str, prefix: str, version: int) -> str:
    """What a cache's entry is called in the Redis. Without SECRET_KEY nobody can tell what it
    is, or whose; and sites with different ones do not meet."""
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
    """What both kinds have. Neither has clear(): Redis's empties all of its database, and others
    may share that."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        fallback = params["IN_PLACE"]
        self.fallback = LocMemCache(fallback["LOCATION"], fallback)
        self.redis = RedisCache(server, params | {"OPTIONS": params["OPTIONS"] | CLIENT_OPTIONS})
        self.circuit = circuit_for(server)

    def call(self, operation: Callable[[BaseCache], Result]) -> Result:
        """What Redis answers; while it is away, what the process's own cache does."""
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
    """Numbers that are counted up."""

    def add(
        self, key: str, value: int, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Begin with the value, unless the count has begun."""
        return self.call(lambda cache: cache.add(key, value, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """The new count. Raises ValueError where it has not begun."""
        return self.call(lambda cache: cache.incr(key, delta, version))


class SharedCache(RedisWithFallback):
    """Bytes, and values that come back from JSON as good as they were. Each is sealed with its name
    by SECRET_KEY, so that who can write to the Redis can not change what the site says."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value; the default where there is none, or one that this site did not put there."""
        try:
            signed = self.call(lambda cache: cache.get(key, None, version))
            return default if signed is None else _unsign(self.make_key(key, version), signed)
        except ValueError as error:
            self.circuit.trip(error)
            return default

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep the value, unless there is one."""
        signed = _sign(self.make_key(key, version), value)
        return self.call(lambda cache: cache.add(key, signed, timeout, version))

    def is_up(self) -> bool:
        """Whether Redis takes what it is given; it is not asked during a pause."""
        self.call(_probe)
        return not self.circuit.is_open


def _probe(cache: BaseCache) -> None:
    """What tells whether it works, as one that is full can still be read."""
    cache.set("written", b"", 60)


def _sign(name: str, value: Any) -> bytes:
    is_bytes = isinstance(value, bytes)
    content = BYTES + value if is_bytes else JSON + json.dumps(value).encode()
    return _digest(name, content) + content


def _unsign(name: str, signed: bytes) -> Any:
    """Raises ValueError."""
    signature, content = signed[:SIGNATURE_SIZE], signed[SIGNATURE_SIZE:]
    if not hmac.compare_digest(signature, _digest(name, content)):
        raise ValueError("An entry was not put there by this site.")
    return content[1:] if content.startswith(BYTES) else json.loads(content[1:])


def _digest(text: str, content: bytes = b"") -> bytes:
    """What only who has SECRET_KEY can make."""
    return salted_hmac(f"pressroom.infra.cache {text}", content, algorithm="sha256").digest()
