"""Spelling corrections for query words that occur in no public release.

Candidates come from the archive's vocabulary by trigram similarity (PostgreSQL's pg_trgm). Each
must occur in a release that is public right now, so that nothing embargoed or withdrawn is
revealed. Without the extension nothing is suggested, and a system check warns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.db import connections

from pressroom.infra.db import replicas
from releases.search.analysis.analyzer import fold, words
from releases.search.analysis.edit_distance import edit_distance, is_likely_typo
from releases.search.query.parser import Query, parse, positive_terms

MIN_LETTERS = 4  # of a word to correct
MAX_CORRECTIONS = 4  # words per query
MAX_CANDIDATES = 30

Frequency = Callable[[str], int]  # returns the number of public releases with a word

_NEAREST = """
    SELECT word FROM releases_vocabularyword
    WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s
"""


def correct(query: Query, frequency: Frequency) -> Query | None:
    """Return the query with unknown words replaced by the archive's spelling, or None if there is
    nothing to correct."""
    text = query.text
    for typed in _unknown_words(query, frequency) if can_correct() else ():
        if meant := _nearest(fold(typed), frequency):
            text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", meant, text)
    return parse(text) if text != query.text else None


def can_correct() -> bool:
    """Return whether the database has pg_trgm."""
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")
        return bool(cursor.rowcount)


def _unknown_words(query: Query, frequency: Frequency) -> Iterator[str]:
    """Yield the first MAX_CORRECTIONS query words that no public release has in any form."""
    remaining = MAX_CORRECTIONS
    for leaf in positive_terms(query.tree):
        for word in words(leaf.text) if leaf.text and remaining else ():
            typed = leaf.text[word.start : word.end]
            if remaining and len(typed) >= MIN_LETTERS and typed.isalpha() and not frequency(typed):
                remaining -= 1
                yield typed


def _nearest(typed: str, frequency: Frequency) -> str | None:
    """Return the word with the fewest edits; among those, the one in the most releases."""
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute(_NEAREST, [typed, typed, MAX_CANDIDATES])
        candidates = [word for (word,) in cursor.fetchall() if is_likely_typo(typed, word)]
    public = {word: count for word in candidates if (count := frequency(word))}
    return min(
        public, key=lambda word: (edit_distance(typed, word), -public[word], word), default=None
    )


def is_vocabulary_word(text: str) -> bool:
    """Return whether a folded word belongs in the vocabulary."""
    return len(text) >= MIN_LETTERS and text.isalpha()
