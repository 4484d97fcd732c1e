"""Words -> stems, by the language they are written in. Pure and cached."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from whoosh.lang.porter2 import stem as stem_english
from whoosh.lang.snowball.spanish import SpanishStemmer

_CACHE_SIZE = 1 << 14  # words that come again

_stem_spanish = SpanishStemmer().stem
# Folding takes the accent that the Spanish stemmer knows these endings by.
_SPANISH_ION = re.compile(r"(?<=[cs])ion$")


@lru_cache(_CACHE_SIZE)
def english(word: str) -> str:
    """The stem of a folded English word (Porter's second algorithm)."""
    return _stem(stem_english, word) if _has_stem(word) else word


@lru_cache(_CACHE_SIZE)
def spanish(word: str) -> str:
    """The stem of a folded Spanish word (Snowball), without accents."""
    if not _has_stem(word):
        return word
    return _stem(_stem_spanish, _SPANISH_ION.sub("ión", word)).translate(_NO_ACUTE)


def stemmer(language: str) -> Callable[[str], str]:
    """The function that stems words of a language (BCP 47); other languages keep their words."""
    return _STEMMERS.get(language.partition("-")[0].lower(), str)


@lru_cache(_CACHE_SIZE)
def variants(word: str) -> tuple[str, ...]:
    """Every stem that a folded word of unknown language may stand under, each once."""
    return tuple(dict.fromkeys((english(word), spanish(word), word)))


def _stem(stem: Callable[[str], str], word: str) -> str:
    """The stem, or the word itself where the library fails: its error costs one word alone."""
    try:
        return stem(word)
    except Exception:  # Whoosh's Spanish stemmer raises IndexError on "argue" and "ague", say
        return word


def _has_stem(word: str) -> bool:
    return len(word) > 2 and word.isascii() and word.isalpha()


_NO_ACUTE = str.maketrans("áéíóúüñ", "aeiouun")
_STEMMERS: dict[str, Callable[[str], str]] = {"en": english, "es": spanish}
