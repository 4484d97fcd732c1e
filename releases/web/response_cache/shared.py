"""Cached responses in a file that the processes of a machine share."""

from __future__ import annotations

import datetime
import json
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from pressroom.infra.cache.file_store import FileStore
from releases.web.response_cache import edition, encoding
from releases.web.response_cache.changes import Shown
from releases.web.response_cache.policy import CachePolicy, RequestKey, cache_controls
from releases.web.response_cache.state import Validity
from releases.web.response_cache.store import CachedResponse

# Headers whose values differ from page to page.
DIFFERENT = {
    *("ETag", "Last-Modified", "Link"),
    *("Content-Length", "Content-Location", "Content-Disposition"),
}
# Not sys.intern, which from Python 3.12 on keeps each string until the process ends.
_same = lru_cache(maxsize=256)(str)
# 0 bytes keep nothing.
file = FileStore(settings.VAR_DIR / "responses.cache", settings.RESPONSE_CACHE_BYTES)


class StoredResponse(NamedTuple):
    """A response that is compressed once, with the headers for a client that takes it so.

    `plain` has the other values of headers for one that does not; None if it is not compressed.
    """

    cache_policy: CachePolicy
    body: bytes
    headers: dict[str, str]
    plain: dict[str, str | None] | None

    @classmethod
    def of(cls, cached: CachedResponse) -> StoredResponse | None:
        """Compress a response; None if it has no body."""
        policy, body, headers = cached.cache_policy, cached.body, cached.headers
        if body is None:
            return None
        compressed = encoding.compress(body) if encoding.is_compressible(headers) else None
        if compressed is None:
            return cls(policy, body, headers, None)
        sent = encoding.compressed_headers(headers, len(compressed))
        plain = {name: headers.get(name) for name in sent if sent[name] != headers.get(name)}
        return cls(policy, compressed, sent, plain)

    def encoded(self, takes_gzip: bool) -> CachedResponse:
        """Return the response as a client takes it."""
        if takes_gzip or self.plain is None:
            return CachedResponse(self.cache_policy, self.body, self.headers)
        both = (self.headers | self.plain).items()
        headers = {name: value for name, value in both if value is not None}
        return CachedResponse(self.cache_policy, encoding.decompress(self.body), headers)


def is_in_use() -> bool:
    return file.max_bytes > 0


def find(key: RequestKey) -> StoredResponse | None:
    """Return the response that a process with the same code and settings stored."""
    data = file.find(_name(key), edition.fingerprint())
    return _read(data) if data else None


def store(key: RequestKey, stored: StoredResponse, may_evict: bool) -> None:
    file.store(_name(key), _write(stored), edition.fingerprint(), may_evict)


def _name(key: RequestKey) -> str:
    return repr(key)


def _write(stored: StoredResponse) -> bytes:
    """Return a line of JSON, and the body."""
    policy, body, *headers = stored
    snapshot, since, until, shown = policy.validity
    moments = (since.isoformat(), until.isoformat())
    head = (snapshot, *moments, shown and shown.as_json(), policy.cache_control, *headers)
    return json.dumps(head).encode() + b"\n" + body


def _read(data: bytes) -> StoredResponse | None:
    """Return what `_write` wrote; None if no view of this process has its caching policy."""
    line, _, body = data.partition(b"\n")
    snapshot, *moments, shown, cache_control, headers, plain = json.loads(line)
    if cache_control and cache_control not in cache_controls:
        return None
    since, until = map(datetime.datetime.fromisoformat, moments)
    validity = Validity(snapshot, since, until, shown and Shown.from_json(shown))
    policy = CachePolicy(validity, cache_control)
    return StoredResponse(policy, body, _share(headers), plain)


def _share(headers: dict[str, str]) -> dict[str, str]:
    """Use the same strings for all pages: they take more memory than a short page."""
    return {
        _same(name): value if name in DIFFERENT else _same(value) for name, value in headers.items()
    }
