"""A text -> what it is found by, for whichever engine keeps it."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from releases.search.analysis.analyzer import words
from releases.search.analysis.stemming import stemmer

EXACT_SUFFIX = "_exact"  # the suffix of a prose column that holds words as they stand
PREFIX_LENGTH = 3  # letters of a word that are a term of their own


class Prose(NamedTuple):
    """A text to be indexed and the language it is written in (BCP 47)."""

    text: str
    language: str


class EntryTerms(NamedTuple):
    """What a text is found by: words as they stand with their positions; stems, counted; and the
    first letters of words, counted, since so many words begin alike that to read all takes long.
    """

    exact: dict[str, list[int]]
    stems: dict[str, int]
    prefixes: dict[str, int]


@lru_cache(8)  # a release's texts, which are analysed first and then written to two columns each
def entry_terms(prose: Prose) -> EntryTerms:
    """Analyse a text once for its two columns."""
    exact: defaultdict[str, list[int]] = defaultdict(list)
    stems: defaultdict[str, int] = defaultdict(int)
    position = 0
    for _start, _end, parts, common_forms, _query_forms in words(prose.text):
        for part in parts:
            exact[part].append(position)
            position += 1
        for form in common_forms:
            stems[form] += 1
    stem = stemmer(prose.language)
    prefixes: defaultdict[str, int] = defaultdict(int)
    for part, positions in exact.items():
        stems[stem(part)] += len(positions)
        prefixes[prefix_term(part)] += len(positions)
    return EntryTerms(exact, stems, prefixes)


def prefix_term(word: str) -> str:
    """The term for all words that begin as this one does; no word is like it."""
    return f"{word[:PREFIX_LENGTH]}*"
