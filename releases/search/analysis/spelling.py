"""Spelling corrections for query words that occur in no public release, or hardly any.

Candidates come from the archive's vocabulary by trigram similarity (PostgreSQL's pg_trgm). Each
must occur in a release that is public right now, so that nothing embargoed or withdrawn is
revealed. Without the extension nothing is suggested, and a system check warns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import log

from django.db import connections

from pressroom.infra.db import replicas
from releases.search.analysis.analyzer import fold, words
from releases.search.analysis.edit_distance import edit_distance, is_likely_typo
from releases.search.query.parser import Query, parse, positive_terms
from releases.search.query.tree import And, Node, Words

MIN_LETTERS = 4  # of a word to correct
MAX_CORRECTIONS = 4  # words per query
MAX_CANDIDATES = 30
RARE = 2  # releases with a word that may be misspelt in them, too
WORTH_AN_EDIT = 50  # times as many releases make up for an edit: sherrif is sheriff, not Sherri
IN_TITLE = 0.3  # edits that a word in titles makes up for
BETTER = 5  # times as many releases have what was meant instead of a rare word

Frequency = Callable[[Node], int]  # returns the number of public releases that match

# Words with swapped letters may share few trigrams: theif, thief.
_NEAREST = """
    SELECT word FROM releases_vocabularyword WHERE word %% %s OR word = ANY(%s)
    ORDER BY word = ANY(%s) DESC, similarity(word, %s) DESC, word LIMIT %s
"""


def correct(query: Query, frequency: Frequency) -> Query | None:
    """Return the query with unknown words replaced by the archive's spelling, and rare ones by a
    frequent spelling one letter away; None if there is nothing to correct."""
    text = query.text
    doubtful = dict(_doubtful_words(query, frequency))
    for typed, having in doubtful.items() if doubtful and can_correct() else ():
        known = _known_words(query, {typed, *(word for word, n in doubtful.items() if not n)})
        if meant := _nearest(fold(typed), having, known, frequency):
            text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", meant, text)
    return parse(text) if text != query.text else None


def can_correct() -> bool:
    """Return whether the database has pg_trgm."""
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")
        return bool(cursor.rowcount)


def _doubtful_words(query: Query, frequency: Frequency) -> Iterator[tuple[str, int]]:
    """Yield the first MAX_CORRECTIONS query words that at most RARE public releases have in any
    form, with the number of releases."""
    remaining = MAX_CORRECTIONS
    for leaf in positive_terms(query.tree):
        for word in words(leaf.text) if leaf.text and remaining else ():
            typed = leaf.text[word.start : word.end]
            if (
                remaining
                and len(typed) >= MIN_LETTERS
                and typed.isalpha()
                and (having := frequency(Words(typed))) <= RARE
            ):
                remaining -= 1
                yield typed, having


def _known_words(query: Query, unknown: set[str]) -> str:
    """Return the other words of the query, which a correction should occur with."""
    texts = " ".join(leaf.text for leaf in positive_terms(query.tree))
    found = (texts[word.start : word.end] for word in words(texts))
    return " ".join(word for word in found if word not in unknown)


def _nearest(typed: str, having: int, known: str, frequency: Frequency) -> str | None:
    """Return the word that occurs with the known ones, with the fewest edits. To be in titles, or
    in many releases, makes up for some of an edit, or for one.

    A word that `having` releases have is replaced only by one that occurs with the known words, and
    in many more.
    """
    swapped = _swapped(typed)
    with connections[replicas.current_alias()].cursor() as cursor:
        cursor.execute(_NEAREST, [typed, swapped, swapped, typed, MAX_CANDIDATES])
        candidates = [word for (word,) in cursor.fetchall() if is_likely_typo(typed, word)]
    if having:
        candidates = [word for word in candidates if edit_distance(typed, word) == 1]
    ranks: dict[str, tuple[int, float]] = {}
    for word in candidates:
        if (found := frequency(Words(word))) and found >= BETTER * having:
            apart = 0 if not known else not frequency(And((Words(known), Words(word))))
            in_titles = frequency(Words(word, "title"))
            if not (having and apart):
                cost = edit_distance(typed, word) - log(found, WORTH_AN_EDIT)
                ranks[word] = (apart, cost - (IN_TITLE if in_titles else 0))
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
