"""What staff tell the search: words that find each other."""

from __future__ import annotations

from functools import cache

from releases.search.query.standard_synonyms import STANDARD_SYNONYMS
from releases.search.query.synonyms import Entry, Synonyms


def synonyms() -> Synonyms:
    """Return the entries in use."""
    return _standard()


@cache
def _standard() -> Synonyms:
    return Synonyms(Entry.read(each.words, each.finds) for each in STANDARD_SYNONYMS)
