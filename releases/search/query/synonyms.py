"""Words and phrases that find each other. Pure: `editorial` reads the stored ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from releases.search.analysis.analyzer import Word, words
from releases.search.analysis.stemming import english

MAX_EXPANSIONS = 24  # words and phrases that a query also looks for

_SEPARATOR = re.compile(r"[,;=\n]")

Stems = tuple[str, ...]


class Entry(NamedTuple):
    """Expressions that find each other or, if there are any `finds`, that find those."""

    words: tuple[str, ...]
    finds: tuple[str, ...] = ()

    @classmethod
    def read(cls, words: str, finds: str) -> Entry:
        return cls(tuple(split(words)), tuple(split(finds)))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each expression with one that it finds."""
        for source in self.words:
            yield from ((source, other) for other in self.finds or self.words if other != source)


class Expansion(NamedTuple):
    """Folded word or exact phrase that an expression also finds; the other one is empty."""

    word: str = ""
    phrase: str = ""


class Synonyms:
    """Entries by their first stem."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_first: defaultdict[str, list[tuple[Stems, Expansion]]] = defaultdict(list)
        for source, other in (pair for entry in entries for pair in entry.pairs()):
            if key := stems_of(source):
                self._by_first[key[0]] += [(key, each) for each in _expansions(other)]

    def expand(self, found: Sequence[Word]) -> Iterator[tuple[list[str], Expansion]]:
        """Yield the forms of expressions among the words of a query, and one that each finds; at
        most MAX_EXPANSIONS."""
        return islice(self._expand(found), MAX_EXPANSIONS)

    def _expand(self, found: Sequence[Word]) -> Iterator[tuple[list[str], Expansion]]:
        forms = [form for word in found for form in word.query_forms]
        stems = tuple(map(english, forms))
        for start, first in enumerate(stems):
            for key, expansion in self._by_first.get(first, ()):
                if stems[start : start + len(key)] == key:
                    yield forms[start : start + len(key)], expansion


def split(text: str) -> list[str]:
    """Return the expressions of a line of them."""
    return [found for part in _SEPARATOR.split(text) if (found := " ".join(part.split()))]


def stems_of(text: str) -> Stems:
    """Return the stems by which an expression or query is compared with others."""
    return tuple(english(form) for word in words(text) for form in word.query_forms)


def _expansions(text: str) -> list[Expansion]:
    """Return the expression as a word in any form, or as a phrase and its plural."""
    found = list(words(text))
    if len(found) == 1 and len(found[0].query_forms) == 1:
        return [Expansion(word=found[0].query_forms[0])]
    return [Expansion(phrase=text), *([Expansion(phrase=f"{text}s")] if _has_plural(text) else [])]


def _has_plural(text: str) -> bool:
    return text[-1].isalpha() and text.islower() and not text.endswith("s")
