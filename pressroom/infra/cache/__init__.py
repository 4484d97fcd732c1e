"""CACHES for the Redis in CACHE_URL, which all processes of a site share.

This module must not import redis: a site without a Redis does not load it.
"""

from __future__ import annotations

import ipaddress
import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEFAULT_PORT = 6379
# Increase it when the format of stored values changes, so that old and new code share nothing.
FORMAT_VERSION = 2
SHARED_BACKENDS = {
    "shared": "pressroom.infra.cache.redis_cache.SharedCache",
    "throttle": "pressroom.infra.cache.redis_cache.SharedCounters",
}
KEY_FUNCTION = "pressroom.infra.cache.redis_cache.keyed_hash"
BAD_URL = (
    "CACHE_URL is not valid. Its form is redis://user:password@cache.example.gov:6379/0, or "
    "rediss://… for TLS; only the host is required. In a password, write : / ? # [ ] @ and % "
    "as %3A %2F %3F %23 %5B %5D %40 and %25."
)
BAD_SIZE = "RESPONSE_CACHE_MB is not a whole number of megabytes, such as 1000, or 0 for none."
MAX_DIGITS = 7

# Not urlsplit: its error messages repeat parts of the URL, possibly the password.
_LABEL = r"[A-Za-z0-9_-]{1,63}"
_URL = re.compile(
    r"(?P<scheme>rediss?)://"
    r"(?:(?P<username>[^\s:/?#\[\]@]*):(?P<password>[^\s:/?#\[\]@]+)@)?"
    rf"(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?P<number>[0-9]{1,4})?)?"
)


def cache_settings(
    address: str, in_process: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return `in_process`, with "shared" and "throttle" moved to the Redis at `address`, if any.

    Raises ImproperlyConfigured; its message never contains the password.
    """
    if not address:
        return in_process
    server, login = _parse_url(address)
    if not find_spec("redis"):
        raise ImproperlyConfigured(
            "CACHE_URL names a Redis, but its client is not installed: "
            "pip install --require-hashes -r requirements-redis.txt"
        )
    shared = {
        name: {
            "BACKEND": backend,
            "LOCATION": server,
            "KEY_PREFIX": name,
            "KEY_FUNCTION": KEY_FUNCTION,
            "OPTIONS": login,
            "VERSION": FORMAT_VERSION,
            "FALLBACK": in_process[name],
        }
        for name, backend in SHARED_BACKENDS.items()
    }
    return in_process | shared


def read_megabytes(text: str) -> int:
    """Return RESPONSE_CACHE_MB in bytes. Raises ImproperlyConfigured."""
    if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        raise ImproperlyConfigured(BAD_SIZE)
    return int(text) * 1_000_000


def is_configured() -> bool:
    """Return whether CACHE_URL is set."""
    return settings.CACHES["shared"]["BACKEND"] == SHARED_BACKENDS["shared"]


def _parse_url(address: str) -> tuple[str, dict[str, str]]:
    """Return the URL without the login, and the login as options of the client."""
    found = _URL.fullmatch(address)
    port = int(found["port"] or DEFAULT_PORT) if found else 0
    if not found or not port < 2**16 or not _is_host(found["host"]):
        raise ImproperlyConfigured(BAD_URL)
    server = f"{found['scheme']}://{found['host']}:{port}/{int(found['number'] or 0)}"
    login = {name: unquote(found[name]) for name in ("username", "password") if found[name]}
    return server, login


def _is_host(text: str) -> bool:
    """Return whether the text is a host name or a bracketed IPv6 address."""
    try:
        return not text.startswith("[") or bool(ipaddress.IPv6Address(text[1:-1]))
    except ValueError:
        return False
