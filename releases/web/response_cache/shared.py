"""Cached responses in a file that the processes of a machine share."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

from django.conf import settings

from pressroom.infra.cache.file_store import FileStore
from releases.web.response_cache import edition, encoding
from releases.web.response_cache.changes import Shown
from releases.web.response_cache.policy import CachePolicy, RequestKey, cache_controls
from releases.web.response_cache.state import Validity
from releases.web.response_cache.store import CachedResponse

# 0 bytes keep nothing.
file = FileStore(settings.VAR_DIR / "responses.sqlite3", settings.RESPONSE_CACHE_BYTES)


@dataclass(frozen=True)
class StoredResponse:
    """A response that is compressed once; `headers` are those of the uncompressed one."""

    cache_policy: CachePolicy
    body: bytes
    headers: dict[str, str]
    is_compressed: bool

    @classmethod
    def of(cls, cached: CachedResponse) -> StoredResponse | None:
        """Compress a response; None if it has no body."""
        if cached.body is None:
            return None
        is_text = encoding.is_compressible(cached.headers)
        compressed = encoding.compress(cached.body) if is_text else None
        body = cached.body if compressed is None else compressed
        return cls(cached.cache_policy, body, cached.headers, compressed is not None)

    def encoded(self, takes_gzip: bool) -> CachedResponse:
        """Return the response as a client takes it."""
        if not self.is_compressed:
            return CachedResponse(self.cache_policy, self.body, self.headers)
        if takes_gzip:
            headers = encoding.compressed_headers(self.headers, len(self.body))
            return CachedResponse(self.cache_policy, self.body, headers)
        return CachedResponse(self.cache_policy, encoding.decompress(self.body), self.headers)


def is_in_use() -> bool:
    return file.max_bytes > 0


def find(key: RequestKey) -> StoredResponse | None:
    """Return the response that a process with the same code and settings stored."""
    data = file.find(_name(key), edition.fingerprint())
    return _read(data) if data else None


def store(key: RequestKey, stored: StoredResponse, may_evict: bool) -> None:
    file.store(_name(key), _write(stored), edition.fingerprint(), may_evict)


def _name(key: RequestKey) -> str:
    return json.dumps(key)


def _write(stored: StoredResponse) -> bytes:
    """Return a line of JSON, and the body."""
    validity = stored.cache_policy.validity
    head = {
        "snapshot": validity.snapshot,
        "since": validity.since.isoformat(),
        "until": validity.until.isoformat(),
        "shown": validity.shown and validity.shown.as_json(),
        "cache_control": stored.cache_policy.cache_control,
        "headers": stored.headers,
        "is_compressed": stored.is_compressed,
    }
    return json.dumps(head).encode() + b"\n" + stored.body


def _read(data: bytes) -> StoredResponse | None:
    """Return what `_write` wrote; None if no view of this process has its caching policy."""
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    since, until = (datetime.datetime.fromisoformat(head[name]) for name in ("since", "until"))
    shown = head["shown"] and Shown.from_json(head["shown"])
    policy = CachePolicy(Validity(head["snapshot"], since, until, shown), head["cache_control"])
    if policy.cache_control and policy.cache_control not in cache_controls:
        return None
    return StoredResponse(policy, body, head["headers"], head["is_compressed"])
