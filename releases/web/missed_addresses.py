"""Counts of old addresses that lead nowhere, buffered in the process and bounded.

Nothing about the person who asked is kept, nor query values that could name one.
"""

from __future__ import annotations

import datetime
import re
import threading
import time
from urllib.parse import urlencode, urlsplit

from django.db import Error
from django.http import HttpRequest
from django.urls import Resolver404
from django.utils import timezone

from releases.content.legacy_keys import (
    decode,
    is_tracking,
    legacy_key,
    parse_query,
    unescape_ampersands,
)
from releases.models import MissedAddress
from releases.models.redirects import Miss

MAX_BUFFERED = 200  # addresses between two writes; further ones are not counted
WRITE_INTERVAL = 60  # seconds between two writes of a process
MAX_LENGTH = 300  # characters; longer addresses are attacks
OUR_OWN = ("/admin/", "/api/", "/static/", "/media/", "/preview/", "/health/")
# Asked for by scanners on every site.
_SCANNED = re.compile(
    r"/\.|/wp-(?:admin|login|includes|content/plugins)|xmlrpc\.php|phpmyadmin|cgi-bin|\.env$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[\w.\[\]-]{0,40}", re.ASCII)


class MissCounter:
    """Thread-safe buffer of hits by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._misses: dict[str, Miss] = {}
        self._written_at = time.monotonic()

    def add(self, address: str) -> None:
        """Count an address, and write all counts if the last write is WRITE_INTERVAL ago."""
        key = legacy_key(address)
        with self._lock:
            if key in self._misses or len(self._misses) < MAX_BUFFERED:
                seen = self._misses.get(key, Miss(address, 0))
                self._misses[key] = Miss(seen.address, seen.hits + 1)
            is_due = time.monotonic() - self._written_at >= WRITE_INTERVAL
        if is_due:
            self.write(timezone.localdate())

    def write(self, day: datetime.date) -> None:
        """Write the counts to the database; drop them if it fails."""
        with self._lock:
            misses, self._misses = self._misses, {}
            self._written_at = time.monotonic()
        if not misses:
            return
        try:
            MissedAddress.objects.record(misses, day)
        except Error:
            return  # a count is not worth an error page


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
