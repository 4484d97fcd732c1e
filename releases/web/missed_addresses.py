"""Counts of old addresses that lead nowhere, buffered in the process and bounded.

Nothing about the person who asked is kept, nor query values that could name one.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404

from pressroom.infra.buffered_counts import CountBuffer
from releases.content.legacy_keys import (
    decode,
    is_tracking,
    legacy_key,
    parse_query,
    unescape_ampersands,
)
from releases.models import MissedAddress

MAX_LENGTH = 300  # characters; longer addresses are attacks
OUR_OWN = ("/admin/", "/api/", "/static/", "/media/", "/preview/", "/health/")
# Asked for by scanners on every site.
_SCANNED = re.compile(
    r"/\.|/wp-(?:admin|login|includes|content/plugins)|xmlrpc\.php|phpmyadmin|cgi-bin|\.env$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[\w.\[\]-]{0,40}", re.ASCII)


class MissCounter(CountBuffer):
    """Hits by key, with the address that was asked for first."""

    def __init__(self) -> None:
        super().__init__(MissedAddress.objects.record)

    def add(self, address: str) -> None:
        """Count an address."""
        self.count(legacy_key(address), address)


counter = MissCounter()


def count(request: HttpRequest, exception: Exception) -> None:
    """Count a request for an address that none of our routes has."""
    # Our own routes answer 404 to what is not public: those are no old addresses.
    is_old = request.method == "GET" and isinstance(exception, Resolver404)
    if is_old and (address := countable(request.get_full_path())):
        counter.add(address)


def countable(address: str) -> str:
    """Return path and query as they are stored, "" for what is not counted."""
    try:
        parts = urlsplit(unescape_ampersands(address))
    except ValueError:  # for example http://[
        return ""
    path = decode(parts.path).replace("\0", "")
    if path.startswith(OUR_OWN) or "@" in path or _SCANNED.search(path):
        return ""
    query = _plain_query(parts.query)
    found = f"{path}?{query}" if query else path
    return found if len(found) <= MAX_LENGTH and len(legacy_key(found)) <= MAX_LENGTH else ""


def _plain_query(query: str) -> str:
    """Return the parameters whose values are numbers, words or names of files."""
    named = (pair for pair in parse_query(query) if not is_tracking(pair[0]))
    plain = [pair for pair in named if all(map(_PLAIN.fullmatch, pair))]
    return urlencode(plain, safe="[]")
