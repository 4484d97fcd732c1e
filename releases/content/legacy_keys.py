"""Normalized keys of legacy URLs, for comparing them.

A key is the normalized path and the part of the query string that identifies a release:
/pr.asp?id=1 is not /pr.asp?id=2, but ?utm_source=… only identifies the referrer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

Pairs = list[tuple[str, str]]

MAX_DECODED = 3  # rounds: addresses in mails are sometimes encoded twice
MAX_FIELDS = 100
_INDEX_OR_EXTENSION = re.compile(r"(?:/(?:index|default))?\.(?:html?|aspx?|php|jsp|cfm|shtml)$")
_SLASHES = re.compile(r"/{2,}")
_TRACKING = re.compile(
    r"utm_\w+|mc_\w+|_ga|_gl|_hsenc|_hsmi|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|igshid"
    r"|mkt_tok|phpsessid|jsessionid|ref|source"
)
_AMPERSAND = re.compile(r"&(?:amp;)+|&#0{0,4}38;", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_PUNCTUATION = ".,;:!?)>]}'\"»”’*|/ "  # follows an address in a sentence


@lru_cache(maxsize=256)  # an import uses that of a release several times
def legacy_key(url: str) -> str:
    """Return the key under which a release stores an address (absolute, or from its path on).

    Accepts any text; drops the scheme, the host, the fragment, empty and tracking parameters.
    """
    path, pairs = _split_url(url)
    return _join(path, pairs)


def legacy_keys(url: str) -> tuple[str, ...]:
    """Return the keys to look up an address by, the best first.

    A query string that no release has falls back to the path alone.
    """
    path, pairs = _split_url(url)
    stripped, cut = _strip(path), _strip_last(pairs)
    exact = [_join(path, pairs), _former_key(url), _join(path, cut), _join(stripped, cut)]
    spaced = [_join(other, pairs) for other in (path.replace("+", " "), path.replace(" ", "+"))]
    return tuple(dict.fromkeys((*exact, *spaced, path, stripped)))


def tidy_path(path: str) -> str:
    """Return the path of a page without what copying it from a text may have added."""
    return _strip(_normalize_path(decode(path)))


def is_tracking(name: str) -> bool:
    """Return whether a query parameter only identifies the referrer or a session."""
    return bool(_TRACKING.fullmatch(name.lower()))


def unescape_ampersands(url: str) -> str:
    """Return an address copied from HTML as it was meant."""
    return _AMPERSAND.sub("&", url)


def decode(text: str) -> str:
    """Decode percent-encoded UTF-8, else Windows-1252, also if it is encoded repeatedly."""
    for _ in range(MAX_DECODED):
        try:
            decoded = unquote(text, errors="strict")
        except UnicodeDecodeError:
            decoded = unquote(text, encoding="cp1252")
        if decoded == text:
            break
        text = decoded
    return text


def parse_query(query: str) -> Pairs:
    """Return the parameters of a query string in order; none if there are over MAX_FIELDS."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return []


def _split_url(url: str) -> tuple[str, Pairs]:
    """Return the normalized path and query."""
    path, query = _parts(unescape_ampersands(url))
    path = _SESSION.sub("", decode(path))
    if not query:  # encoded as a whole: /%3Fp%3D123
        path, _, query = path.partition("?")
    return _normalize_path(path), _identifying(parse_query(query))


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # for example http://[
        path, _, query = url.strip().partition("?")
        return path, query
    return parts.path, parts.query


def _normalize_path(path: str) -> str:
    path = path.replace("\0", "")  # PostgreSQL cannot store NUL
    path = unicodedata.normalize("NFC", path).lower().strip()
    path = _SLASHES.sub("/", "/" + path)
    return _INDEX_OR_EXTENSION.sub("", path.rstrip("/")).rstrip("/") or "/"


def _identifying(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Return the parameters that name a page, in their order."""
    decoded = [_normalize_pair(name, value) for name, value in pairs]
    kept = [pair for pair in decoded if pair[0] and not _TRACKING.fullmatch(pair[0])]
    # A lone name can be what identifies the page: /press?accord
    return [pair for pair in kept if pair[1]] or kept


def _normalize_pair(name: str, value: str) -> tuple[str, str]:
    name = decode(name)
    if not value:  # encoded as a whole: ?id%3D7
        name, _, value = name.partition("=")
    return name.lower().removeprefix("amp;"), decode(value).lower()


def _join(path: str, pairs: Pairs) -> str:
    query = urlencode(sorted(set(pairs)), errors="replace")
    return f"{path}?{query}" if query else path


def _strip(path: str) -> str:
    stripped = path.rstrip(_PUNCTUATION)
    return _INDEX_OR_EXTENSION.sub("", stripped).rstrip("/") or "/"


def _strip_last(pairs: Pairs) -> Pairs:
    """Return the pairs, the last value without punctuation."""
    *others, (name, value) = pairs or [("", "")]
    return [*others, (name, value.rstrip(_PUNCTUATION))] if pairs else []


def _former_key(url: str) -> str:
    """Return the key that earlier versions of this module stored."""
    path, query = _parts(url)
    pairs = [(name.lower(), value.lower()) for name, value in parse_query(query)]
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    joined = urlencode(sorted(kept), errors="replace")
    path = _normalize_path(unquote(path))
    return f"{path}?{joined}" if joined else path
