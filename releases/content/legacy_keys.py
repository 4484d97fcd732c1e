"""Old addresses of releases -> keys by which they are compared.

A key is the path without what differs between spellings of one address, and the part of the query
string that tells releases apart: /pr.asp?id=1 is another release than /pr.asp?id=2, but
?utm_source=… only tells who sent the reader.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_INDEX_OR_EXTENSION = re.compile(r"(?:/(?:index|default))?\.(?:html?|aspx?|php|jsp|cfm|shtml)$")
_SLASHES = re.compile(r"/{2,}")
_TRACKING = re.compile(r"utm_\w+|mc_\w+|_ga|_gl|fbclid|gclid|dclid|msclkid|igshid|ref|source")


def legacy_key(url: str) -> str:
    """The key of an address (whole, or its path on) under which a release keeps it.

    Takes any text and never raises; the scheme, the host, the fragment and tracking are left out.
    """
    path, query = _split_url(url)
    return f"{path}?{query}" if query else path


def legacy_keys(url: str) -> tuple[str, ...]:
    """The keys under which to look for an address, the best first: a query string that no release
    was kept with does not hide the one kept under the path alone."""
    path, _ = _split_url(url)
    return tuple(dict.fromkeys((legacy_key(url), path)))


def _split_url(url: str) -> tuple[str, str]:
    """Normalised path and query string."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # as of http://[
        path, _, query = url.strip().partition("?")
    else:
        path, query = parts.path, parts.query
    return _normalize_path(path), _normalize_query(query)


def _normalize_path(path: str) -> str:
    path = unquote(path).replace("\0", "")  # which no database keeps, and no release had
    path = unicodedata.normalize("NFC", path).lower().strip()
    path = _SLASHES.sub("/", "/" + path)
    return _INDEX_OR_EXTENSION.sub("", path.rstrip("/")).rstrip("/") or "/"


def _normalize_query(query: str) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True)
    except ValueError:  # more fields than any release is told apart by
        return ""
    kept = ((name.lower(), value.lower()) for name, value in pairs)
    return urlencode(sorted(pair for pair in kept if not _TRACKING.fullmatch(pair[0])))
