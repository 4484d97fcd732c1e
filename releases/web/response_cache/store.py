"""In-process cache of complete public responses."""

from __future__ import annotations

import threading
from collections import OrderedDict
from http import HTTPStatus
from itertools import count
from typing import NamedTuple, TypeGuard

from django.http import HttpResponse, HttpResponseBase

from releases.web.response_cache.policy import (
    CachePolicy,
    RequestKey,
    get_cache_policy,
    key_length,
)

MAX_BYTES = 4 * 1024 * 1024  # per process: bodies, headers and keys
MAX_BODY_BYTES = MAX_BYTES // 8
MAX_UNCOMPRESSED_BYTES = 8 * 1024 * 1024  # of a body in the file of all processes
OVERHEAD = 2048  # bytes per entry for Python objects
ADMITTED_EVERY = 8  # of the responses that another store has, once this one is full
CACHEABLE_STATUSES = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}


class CachedResponse(NamedTuple):
    """A response in one encoding."""

    cache_policy: CachePolicy
    body: bytes | None  # None: only a 304 can be served
    headers: dict[str, str]

    @property
    def size(self) -> int:
        """Approximate size in memory, in bytes."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return len(self.body or b"") + headers + OVERHEAD


class ResponseCache:
    """Thread-safe LRU cache of responses, bounded by MAX_BYTES."""

    def __init__(self) -> None:
        self._entries: OrderedDict[RequestKey, CachedResponse] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._offers = count()

    def find(self, key: RequestKey) -> CachedResponse | None:
        with self._lock:
            if cached := self._entries.get(key):
                self._entries.move_to_end(key)
            return cached

    def store(self, key: RequestKey, cached: CachedResponse) -> None:
        """Store the response, a large one without its body, evicting the least recently used."""
        # A large one still saves rendering for clients that have it: the ETag answers 304.
        if len(cached.body or b"") > MAX_BODY_BYTES:
            cached = cached._replace(body=None)
        with self._lock:
            if previous := self._entries.pop(key, None):
                self._subtract_size(key, previous)
            self._entries[key] = cached
            self._size += key_length(key) + cached.size
            while self._size > MAX_BYTES:
                self._subtract_size(*self._entries.popitem(last=False))

    def offer(self, key: RequestKey, cached: CachedResponse) -> None:
        """Store a response that another store has, too: in a full cache only one of several, so
        that pages which nobody requests again evict few that somebody does."""
        is_wanted = self._size < MAX_BYTES / 2 or key in self._entries
        if is_wanted or not next(self._offers) % ADMITTED_EVERY:
            self.store(key, cached)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _subtract_size(self, key: RequestKey, removed: CachedResponse) -> None:
        self._size -= key_length(key) + removed.size


responses = ResponseCache()


def is_cacheable(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Return whether a view allowed it: a public response that sets no cookie."""
    if not get_cache_policy(response) or not isinstance(response, HttpResponse) or response.cookies:
        return False
    return response.status_code in CACHEABLE_STATUSES and "public" in response["Cache-Control"]


def to_cached_response(response: HttpResponse) -> CachedResponse:
    """Return a cacheable response as it is cached, a very large one without its body."""
    policy = get_cache_policy(response)
    assert policy  # as is_cacheable found
    is_short = len(response.content) <= MAX_UNCOMPRESSED_BYTES
    is_whole = response.status_code == HTTPStatus.OK and is_short
    return CachedResponse(policy, response.content if is_whole else None, dict(response.headers))
