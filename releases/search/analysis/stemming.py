"""Stemmers by language. Pure and cached."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from whoosh.lang.porter2 import stem as stem_english
from whoosh.lang.snowball.spanish import SpanishStemmer

_CACHE_SIZE = 1 << 13  # words; with those of `fold`, twice as many take 3 MB more

_stem_spanish = SpanishStemmer().stem
# Folding removes the accent by which the Spanish stemmer recognizes this ending.
_SPANISH_ION = re.compile(r"(?<=[cs])ion$")


@lru_cache(_CACHE_SIZE)
def english(word: str) -> str:
    """Return the stem of a folded English word (Porter's second algorithm)."""
    return _stem(stem_english, word) if _has_stem(word) else word


@lru_cache(_CACHE_SIZE)
def spanish(word: str) -> str:
    """Return the stem of a folded Spanish word (Snowball), without accents."""
    if not _has_stem(word):
        return word
    return _stem(_stem_spanish, _SPANISH_ION.sub("ión", word)).translate(_NO_ACUTE)


def stemmer(language: str) -> Callable[[str], str]:
    """Return the stemmer of a language (BCP 47); for unsupported ones, the identity."""
    return _STEMMERS.get(language.partition("-")[0].lower(), str)


@lru_cache(_CACHE_SIZE)
def variants(word: str) -> tuple[str, ...]:
    """Return the distinct stems of a folded word of unknown language, and the word itself."""
    return tuple(dict.fromkeys((english(word), spanish(word), word)))


def _stem(stem: Callable[[str], str], word: str) -> str:
    try:
        return stem(word)
    except Exception:  # Whoosh's Spanish stemmer raises IndexError on "argue" and "ague"
        return word


def _has_stem(word: str) -> bool:
    return len(word) > 2 and word.isascii() and word.isalpha()


_NO_ACUTE = str.maketrans("áéíóúüñ", "aeiouun")
_STEMMERS: dict[str, Callable[[str], str]] = {"en": english, "es": spanish}
