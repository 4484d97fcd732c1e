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
from releases.search.query.tree import And, Node, Words

MIN_LETTERS = 4  # of a word to correct
MAX_CORRECTIONS = 4  # words per query
MAX_CANDIDATES = 30

Frequency = Callable[[Node], int]  # returns the number of public releases that match

# Words with swapped letters may share few trigrams: theif, thief.
_NEAREST = """
    SELECT word FROM releases_vocabularyword WHERE word %% %s OR word = ANY(%s)
    ORDER BY word = ANY(%s) DESC, similarity(word, %s) DESC, word LIMIT %s
"""


def correct(query: Query, frequency: Frequency) -> Query | None:
    """Return the query with unknown words replaced by the archive's spelling, or None if there is
    nothing to correct."""
    text = query.text
    unknown = list(_unknown_words(query, frequency)) if can_correct() else []
    known = _known_words(query, unknown)
    for typed in unknown:
        if meant := _nearest(fold(typed), known, frequency):
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
            if (
                remaining
                and len(typed) >= MIN_LETTERS
                and typed.isalpha()
                and not frequency(Words(typed))
            ):
                remaining -= 1
                yield typed


def _known_words(query: Query, unknown: list[str]) -> str:
    """Return the other words of the query, which a correction should occur with."""
    texts = " ".join(leaf.text for leaf in positive_terms(query.tree))
    found = (texts[word.start : word.end] for word in words(texts))
    return " ".join(word for word in found if word not in unknown)


def _nearest(typed: str, known: str, frequency: Frequency) -> str | None:
    """Return the word that occurs with the known ones, with the fewest edits; among those, one in
    titles, then the one in the most releases."""
    swapped = _swapped(typed)
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute(_NEAREST, [typed, swapped, swapped, typed, MAX_CANDIDATES])
        candidates = [word for (word,) in cursor.fetchall() if is_likely_typo(typed, word)]
    ranks: dict[str, tuple[int, ...]] = {}
    for word in candidates:
        if having := frequency(Words(word)):
            apart = 0 if not known else not frequency(And((Words(known), Words(word))))
            in_titles = frequency(Words(word, "title"))
            ranks[word] = (apart, edit_distance(typed, word), not in_titles, -having)
    return min(ranks, key=lambda word: (ranks[word], word), default=None)


def _swapped(word: str) -> list[str]:
    """Return the word with each two neighboring letters swapped."""
    return [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in range(len(word) - 1)
    ]


def is_vocabulary_word(text: str) -> bool:
    """Return whether a folded word belongs in the vocabulary."""
    return len(text) >= MIN_LETTERS and text.isalpha()
