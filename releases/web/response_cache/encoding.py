"""Compression of public responses, once for all clients that take it (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

LEVEL = 6
MIN_BYTES = 1024  # a smaller body is not worth it
MAX_SHARE = 0.9  # of the body, for what is compressed to be sent
COMPRESSED = (
    *("text/", "application/json", "application/feed+json", "application/ld+json"),
    *("application/xml", "application/rss+xml", "application/atom+xml", "application/x-ndjson"),
    *("application/jsonl", "application/x-research-info-systems", "application/x-bibtex"),
)
VARY = "Accept-Encoding"


def accepts_gzip(environ: Mapping[str, Any]) -> bool:
    """Return whether the client takes gzip."""
    return _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)
def _accepts_gzip(codings: str) -> bool:
    weights = {}
    for part in codings.lower().split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip()] = parameter.replace(" ", "")
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and weight.removeprefix("q=") not in ("0", "0.0", "0.00", "0.000")


def is_compressible(headers: Mapping[str, str]) -> bool:
    """Return whether the response is text that has not been compressed yet."""
    kind = headers.get("Content-Type", "")
    return kind.startswith(COMPRESSED) and "Content-Encoding" not in headers


def compress(body: bytes) -> bytes | None:
    """Return the body in gzip; None if that saves little."""
    if len(body) < MIN_BYTES:
        return None
    compressed = gzip.compress(body, LEVEL, mtime=0)
    return compressed if len(compressed) <= MAX_SHARE * len(body) else None


def decompress(body: bytes) -> bytes:
    return gzip.decompress(body)


def compressed_headers(headers: Mapping[str, str], size: int) -> dict[str, str]:
    """Return the headers of the compressed representation of `size` bytes."""
    # Weak: another sequence of bytes may not have the same strong validator.
    etag = headers["ETag"]
    return {
        **headers,
        "Content-Encoding": "gzip",
        "Content-Length": str(size),
        "ETag": etag if etag.startswith("W/") else f"W/{etag}",
    }
