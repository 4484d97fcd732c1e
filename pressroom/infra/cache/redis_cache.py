"""Caches in a Redis that processes share; while that is away, each process has its own.

Django's RedisCache speaks to it. This says what that does not: how long to wait, that no failure of
Redis becomes one of who asks, and that nothing is believed that this site did not put there.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from pressroom.infra.cache.outage import Outage

Answer = TypeVar("Answer")

FORM = 1  # of what is kept: raise it when that changes, so that old code and new share nothing
WITHIN = 0.25  # seconds: to connect, and for each answer
JSON, BYTES = b"j", b"b"
SEAL = 32  # bytes


class AsItIs:
    """In place of Django's serializer, which is pickle: by that, whoever can write to the Redis
    could run code here."""

    def dumps(self, value: int | bytes) -> int | bytes:
        return value

    def loads(self, data: bytes) -> bytes:
        return data


# One try each, and no more said than is asked; the second version of the protocol is spoken by all.
MANNERS = {
    "serializer": AsItIs,
    "socket_connect_timeout": WITHIN,
    "socket_timeout": WITHIN,
    "protocol": 2,
    "driver_info": None,
}


def name_of(key: str, prefix: str, version: int) -> str:
    """What a cache's entry is called in the Redis. Without SECRET_KEY nobody can tell what it
    is, or whose; and sites with different ones do not meet."""
    return f"pressroom:{prefix}:{_digest(f'{FORM} {prefix} {version} {key}').hex()}"


@lru_cache
def outage_of(server: str) -> Outage:
    """The one that all threads of this process share."""
    return Outage()


class Shared(BaseCache):
    """What both kinds have. Neither has clear(): Redis's empties all of its database, and others
    may share that."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        own = params["IN_PLACE"]
        self.own = LocMemCache(own["LOCATION"], own)
        self.redis = RedisCache(server, params | {"OPTIONS": params["OPTIONS"] | MANNERS})
        self.outage = outage_of(server)

    def ask(self, question: Callable[[BaseCache], Answer]) -> Answer:
        """What Redis answers; while it is away, what the process's own cache does."""
        if self.outage.is_over(lambda: _write(self.redis)):
            try:
                return question(self.redis)
            except RedisError as error:
                self.outage.begin(error)
        return question(self.own)


class SharedCounts(Shared):
    """Numbers that are counted up."""

    def add(
        self, key: str, value: int, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Begin with the value, unless the count has begun."""
        return self.ask(lambda cache: cache.add(key, value, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """The new count. Raises ValueError where it has not begun."""
        return self.ask(lambda cache: cache.incr(key, delta, version))


class SharedCache(Shared):
    """Bytes, and values that come back from JSON as good as they were. Each is sealed with its name
    by SECRET_KEY, so that who can write to the Redis can not change what the site says."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value; the default where there is none, or one that this site did not put there."""
        try:
            sealed = self.ask(lambda cache: cache.get(key, None, version))
            return default if sealed is None else _opened(self.make_key(key, version), sealed)
        except ValueError as error:
            self.outage.begin(error)
            return default

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep the value, unless there is one."""
        sealed = _sealed(self.make_key(key, version), value)
        return self.ask(lambda cache: cache.add(key, sealed, timeout, version))

    def is_up(self) -> bool:
        """Whether Redis takes what it is given; it is not asked during a pause."""
        self.ask(_write)
        return not self.outage.is_on


def _write(cache: BaseCache) -> None:
    """What tells whether it works, as one that is full can still be read."""
    cache.set("written", b"", 60)


def _sealed(name: str, value: Any) -> bytes:
    is_bytes = isinstance(value, bytes)
    content = BYTES + value if is_bytes else JSON + json.dumps(value).encode()
    return _digest(name, content) + content


def _opened(name: str, sealed: bytes) -> Any:
    """Raises ValueError."""
    seal, content = sealed[:SEAL], sealed[SEAL:]
    if not hmac.compare_digest(seal, _digest(name, content)):
        raise ValueError("An entry was not put there by this site.")
    return content[1:] if content.startswith(BYTES) else json.loads(content[1:])


def _digest(text: str, content: bytes = b"") -> bytes:
    """What only who has SECRET_KEY can make."""
    return salted_hmac(f"pressroom.infra.cache {text}", content, algorithm="sha256").digest()
