"""Index terms of a text, for both search engines."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from releases.search.analysis.analyzer import printed_words
from releases.search.analysis.stemming import stemmer

EXACT_SUFFIX = "_exact"  # of a prose column with unstemmed words
PREFIX_LENGTH = 3  # letters


class Prose(NamedTuple):
    """Text to index, and its language (BCP 47)."""

    text: str
    language: str


class EntryTerms(NamedTuple):
    """Unstemmed words with their positions; stems and prefixes with their counts."""

    exact: dict[str, list[int]]
    stems: dict[str, int]
    prefixes: dict[str, int]


@lru_cache(8)  # the texts of one release: each is written to two columns
def entry_terms(prose: Prose) -> EntryTerms:
    """Return the terms of a text."""
    exact: defaultdict[str, list[int]] = defaultdict(list)
    stems: defaultdict[str, int] = defaultdict(int)
    prefixes: defaultdict[str, int] = defaultdict(int)
    stem = stemmer(prose.language)
    printed, common_forms = printed_words(prose.text)
    for form in common_forms:
        stems[stem(form)] += 1
    for position, part in enumerate(printed):
        exact[part].append(position)
    for part, positions in exact.items():
        stems[stem(part)] += len(positions)
        # Reading every word with a common prefix would take too long.
        prefixes[prefix_term(part)] += len(positions)
    return EntryTerms(exact, stems, prefixes)


def prefix_term(word: str) -> str:
    """Return the term for all words with the same first letters. No word equals it."""
    return f"{word[:PREFIX_LENGTH]}*"
