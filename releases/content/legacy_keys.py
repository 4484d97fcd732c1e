"""Normalized keys of legacy URLs, for comparing them.

A key is the normalized path and the part of the query string that identifies a release:
/pr.asp?id=1 is not /pr.asp?id=2, but ?utm_source=… only identifies the referrer.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_INDEX_OR_EXTENSION = re.compile(r"(?:/(?:index|default))?\.(?:html?|aspx?|php|jsp|cfm|shtml)$")
_SLASHES = re.compile(r"/{2,}")
_TRACKING = re.compile(r"utm_\w+|mc_\w+|_ga|_gl|fbclid|gclid|dclid|msclkid|igshid|ref|source")


def legacy_key(url: str) -> str:
    """Return the key under which a release stores an address (absolute, or from its path on).

    Accepts any text; drops the scheme, the host, the fragment and tracking parameters.
    """
    path, query = _split_url(url)
    return f"{path}?{query}" if query else path


def legacy_keys(url: str) -> tuple[str, ...]:
    """Return the keys to look up an address by, the best first.

    A query string that no release has falls back to the path alone.
    """
    path, _ = _split_url(url)
    return tuple(dict.fromkeys((legacy_key(url), path)))


def _split_url(url: str) -> tuple[str, str]:
    """Return the normalized path and query string."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # for example http://[
        path, _, query = url.strip().partition("?")
    else:
        path, query = parts.path, parts.query
    return _normalize_path(path), _normalize_query(query)


def _normalize_path(path: str) -> str:
    path = unquote(path).replace("\0", "")  # PostgreSQL cannot store NUL
    path = unicodedata.normalize("NFC", path).lower().strip()
    path = _SLASHES.sub("/", "/" + path)
    return _INDEX_OR_EXTENSION.sub("", path.rstrip("/")).rstrip("/") or "/"


def _normalize_query(query: str) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True)
    except ValueError:  # too many fields
        return ""
    kept = ((name.lower(), value.lower()) for name, value in pairs)
    return urlencode(sorted(pair for pair in kept if not _TRACKING.fullmatch(pair[0])))
