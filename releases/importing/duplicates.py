"""Duplicates of records, in the archive or in the same batch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import connection

from releases.content.legacy_keys import legacy_key
from releases.importing.records import Record
from releases.models import LegacyURL
from releases.parsing.warnings import ParseWarning

# With OFFSET, PostgreSQL looks up each digest in the index. Without, it reads and hashes every text
# of an archive of up to some thousand releases, because it does not count the work of md5().
RELEASES_BY_BODY = """
    SELECT digest, number, title FROM unnest(%s::text[]) digest, LATERAL (
        SELECT number, title FROM releases_release WHERE md5(body) = digest OFFSET 0
    ) found
"""


_NO_BODY = hashlib.md5(b"", usedforsecurity=False).hexdigest()


def duplicate_warnings(records: Sequence[Record]) -> list[tuple[ParseWarning, ...]]:
    """Return each record's warnings about releases with the same text or earlier URL."""
    digests = list(map(_digest, records))
    bodies, keys = _known_bodies(digests), _known_keys(records)
    found = []
    for record, digest in zip(records, digests, strict=True):
        warnings = []
        url = record.parsed.url
        key = url and legacy_key(url)
        if digest in bodies:
            sentence = f"Its text is identical to that of {bodies[digest]}: check for a duplicate."
            warnings.append(ParseWarning("body", "duplicate_text", sentence))
        if key and key in keys:
            sentence = f"“{url}” already leads to {keys[key]}: this address was not added."
            warnings.append(ParseWarning("url", "address_taken", sentence))
        found.append(tuple(warnings))
        bodies.setdefault(digest, f"“{record.parsed.title}”")
        if key:
            keys.setdefault(key, f"“{record.parsed.title}”")
    return found


def _known_bodies(digests: Sequence[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(RELEASES_BY_BODY, [sorted(set(digests) - {_NO_BODY})])
        return {digest: number or f"“{title}”" for digest, number, title in cursor.fetchall()}


def _known_keys(records: Sequence[Record]) -> dict[str, str]:
    keys = {legacy_key(record.parsed.url) for record in records if record.parsed.url}
    rows = LegacyURL.objects.filter(key__in=keys).values_list(
        "key", "release__number", "release__title"
    )
    return {key: number or f"“{title}”" for key, number, title in rows}


def _digest(record: Record) -> str:
    """MD5 of the body as PostgreSQL's md5(body) computes it, for lookups only."""
    return hashlib.md5(record.parsed.body.encode(), usedforsecurity=False).hexdigest()
