"""Release numbers and addresses typed into the search box."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from releases.content.legacy_keys import legacy_keys
from releases.models import LegacyURL, Release

_NUMBER = re.compile(r"(?<!\S)(?:\S*/releases/)?(\d{4}-\d{4,15})(?:[/.?#]\S*)?", re.ASCII)
_URL = re.compile(r"(?<!\S)(?:(?:https?://|www\.|/)\S+|[\w-]++(?:\.[\w-]++)++/\S+)", re.IGNORECASE)


def find_release(text: str, at: datetime.datetime | None = None) -> Release | None:
    """Return the release on record at `at` (aware; default: now) that the whole text names by
    number, permalink or legacy URL."""
    text = text.strip().replace("\0", "")
    if match := _NUMBER.fullmatch(text):
        return Release.objects.on_record(at).filter(number=match[1]).first()
    if not _URL.fullmatch(text):
        return None
    return find_by_legacy_url(_with_scheme(text), at)


def find_by_legacy_url(address: str, at: datetime.datetime | None = None) -> Release | None:
    """Return the release on record at `at` that had this address or path on an earlier site."""
    keys = legacy_keys(address)
    known = releases_by_key(keys, at)
    return next((known[key] for key in keys if key in known), None)


def releases_by_key(keys: Iterable[str], at: datetime.datetime | None = None) -> dict[str, Release]:
    """Return the release on record at `at` of each key that has one."""
    rows = LegacyURL.objects.filter(key__in=keys, release__in=Release.objects.on_record(at))
    found = rows.select_related("release")
    return {row.key: row.release for row in found}


def _with_scheme(text: str) -> str:
    # Without a scheme, the host would be parsed as part of the path.
    return text if text.startswith("/") or "://" in text else f"http://{text}"
