"""Vocabulary of the archive, which spelling correction draws on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.utils import timezone

from releases.models import Release, VocabularyWord
from releases.parsing.alternatives import STOP_WORDS
from releases.search.analysis.analyzer import words
from releases.search.analysis.spelling import is_vocabulary_word

BATCH = 500  # releases read at once
MAX_REMEMBERED = 200_000  # words that are not inserted twice, some 15 MB


def add_words_of(ids: Collection[int]) -> None:
    """Add the words of these releases, as far as they are public."""
    remaining = iter(sorted(ids))
    known: set[str] = set()
    while batch := list(islice(remaining, BATCH)):
        releases = (
            Release.objects.published(timezone.now())
            .filter(pk__in=batch)
            .prefetch_related("sections")
        )
        found = {word for release in releases for word in significant_words(release)}
        add(found - known)
        known |= set(islice(found, max(MAX_REMEMBERED - len(known), 0)))


def significant_words(release: Release) -> Iterator[str]:
    """Yield the words of the vocabulary in a release, as often as they occur."""
    for text in (release.title, release.body, *(s.body for s in release.sections.all())):
        yield from words_of(text)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of the vocabulary in a text."""
    for word in words(text):
        yield from (
            part for part in word.parts if is_vocabulary_word(part) and part not in STOP_WORDS
        )


def add(found: Iterable[str]) -> None:
    """Add the words, as far as they are new."""
    # Sorted, so that two concurrent runs cannot deadlock.
    rows = [VocabularyWord(word=word) for word in sorted(found)]
    VocabularyWord.objects.bulk_create(rows, batch_size=5_000, ignore_conflicts=True)
