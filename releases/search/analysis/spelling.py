"""Another spelling for the words of a query that no public release has.

Candidates come from the archive's vocabulary by their trigrams (PostgreSQL's pg_trgm); each must
occur in a release that is public at that moment, so nothing under embargo or withdrawn shows
through. Without the extension nothing is suggested; a system check says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.db import connections

from pressroom.infra.db import replicas
from releases.search.analysis.analyzer import fold, words
from releases.search.analysis.edit_distance import edit_distance, is_likely_typo
from releases.search.query.parser import Query, parse, positive_terms

MIN_LETTERS = 4  # letters of a word that is corrected
MAX_CORRECTIONS = 4  # words of a query that are corrected
MAX_CANDIDATES = 30

Frequency = Callable[[str], int]  # in how many public releases a word occurs

_NEAREST = """
    SELECT word FROM releases_vocabularyword
    WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s
"""


def correct(query: Query, frequency: Frequency) -> Query | None:
    """The query with the words that nothing public has spelt as the archive spells them; None
    where there is nothing to correct."""
    text = query.text
    for typed in _unknown_words(query, frequency) if can_correct() else ():
        if meant := _nearest(fold(typed), frequency):
            text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", meant, text)
    return parse(text) if text != query.text else None


def can_correct() -> bool:
    """Whether the database has pg_trgm."""
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")
        return bool(cursor.rowcount)


def _unknown_words(query: Query, frequency: Frequency) -> Iterator[str]:
    """The words that are sought and that no public release has in any form, MOST at most."""
    remaining = MAX_CORRECTIONS
    for leaf in positive_terms(query.tree):
        for word in words(leaf.text) if leaf.text and remaining else ():
            typed = leaf.text[word.start : word.end]
            if remaining and len(typed) >= MIN_LETTERS and typed.isalpha() and not frequency(typed):
                remaining -= 1
                yield typed


def _nearest(typed: str, frequency: Frequency) -> str | None:
    """The word with the fewest slips; of such, the one that most releases have."""
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute(_NEAREST, [typed, typed, MAX_CANDIDATES])
        candidates = [word for (word,) in cursor.fetchall() if is_likely_typo(typed, word)]
    public = {word: count for word in candidates if (count := frequency(word))}
    return min(
        public, key=lambda word: (edit_distance(typed, word), -public[word], word), default=None
    )


def is_vocabulary_word(text: str) -> bool:
    """Whether a folded word is worth learning: something that a query could mean."""
    return len(text) >= MIN_LETTERS and text.isalpha()
