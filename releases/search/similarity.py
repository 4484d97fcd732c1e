"""What is learned of each public release once it is in the index: its words, for other spellings,
and the releases most like it.

It is done by `sync_search`, never within a request. A release whose likeness is missing, or older
than its last change, is due; so whatever was interrupted, loaded or restored is made up for. A new
release also renews the likenesses of those it is like. One that nothing can be learned of is stored
with the error, logged, and tried again an hour later, or once it has changed. What is stored are
ids: whether the public may see them is asked of the gate when they are shown.
"""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from math import log

from django.db import Error
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils import timezone
from haystack import connections
from haystack.exceptions import SearchBackendError

from releases.models import Likeness, Release, VocabularyWord
from releases.models.querysets import ReleaseQuerySet
from releases.parsing.alternatives import STOP_WORDS
from releases.search.analysis.analyzer import words
from releases.search.analysis.spelling import is_vocabulary_word
from releases.search.engine import Gate
from releases.search.query.tree import And, Equals, Words

BATCH = 50  # releases learned in one go
MAX_SIMILAR = 12  # ids kept for each release, so that enough are left when some are withdrawn
MAX_FREQUENT_WORDS = 24  # of a release's words, those of which it has most are weighed
MAX_KEY_WORDS = 6  # of these, those that tell most are sought
TITLE_WEIGHT = 4  # how much more a word in the title counts
RETRY_DELAY = datetime.timedelta(hours=1)  # after which one that failed is due again

logger = logging.getLogger(__name__)


def update_due(at: datetime.datetime | None = None) -> int:
    """Learn of the releases due at `at` (aware; default: now), BATCH at most, and of those that
    they are like; returns how many were due."""
    at = at or timezone.now()
    due = list(_due(at).for_page()[:BATCH])
    if not due:
        return 0
    finder = _SimilarityFinder(at)
    similarities = [finder.likeness(release) for release in due]
    vocabulary = frozenset(finder.words)  # those it goes on with have told theirs
    alike = {pk for row in similarities for pk in row.others} - {release.pk for release in due}
    renewed = _outdated(alike, due)
    similarities += [finder.likeness(release) for release in renewed]
    Likeness.objects.bulk_create(
        similarities,
        update_conflicts=True,
        unique_fields=["release"],
        update_fields=["others", "made_at", "error"],
    )
    _add_to_vocabulary(vocabulary)
    return len(due)


def failed_count() -> int:
    """How many releases nothing could be learned of."""
    return Likeness.objects.exclude(error="").count()


def _due(at: datetime.datetime) -> ReleaseQuerySet[Release]:
    changed = Q(likeness__made_at__lt=Greatest("updated_at", "release_at"))
    failed = Q(likeness__error__gt="", likeness__made_at__lt=at - RETRY_DELAY)
    return Release.objects.published(at).filter(Q(likeness=None) | changed | failed)


def _outdated(ids: set[int], due: Iterable[Release]) -> ReleaseQuerySet[Release]:
    """Those of the ids whose likeness was made before the newest of these releases came."""
    newest = max(max(release.updated_at, release.release_at) for release in due)  # type: ignore[type-var]
    return Release.objects.filter(pk__in=ids, likeness__made_at__lt=newest).for_page()


class _SimilarityFinder:
    """The archive at one moment, the words met so far, and how many releases have each."""

    def __init__(self, at: datetime.datetime) -> None:
        self._gate = Gate(at)
        self._engine = connections["default"].get_backend()
        self._total = self._engine.find(None, self._gate, size=0).total
        self._release_counts: dict[str, int] = {}
        self.words: set[str] = set()

    def likeness(self, release: Release) -> Likeness:
        """The releases that are most like it; none, and the error, where that can not be told."""
        made = Likeness(release=release, others=[], made_at=self._gate.at)
        try:
            made.others = self._find_similar(release)
        except (Error, SearchBackendError):  # nothing is wrong with the release
            raise
        except Exception as error:
            logger.exception("Nothing can be learned of release %s.", release.number)
            made.error = f"{type(error).__name__}: {error}"
        return made

    def _find_similar(self, release: Release) -> list[int]:
        """The releases that have most of its key words, in its language."""
        words = Words(" ".join(self._key_words(release)), match_most=True)
        if not words.text:
            return []
        tree = And((words, Equals("language", release.language.partition("-")[0])))
        found = self._engine.find(tree, self._gate, size=MAX_SIMILAR + 1).ids
        return [pk for pk in found if pk != release.pk][:MAX_SIMILAR]

    def _key_words(self, release: Release) -> list[str]:
        """The words that it has often and that few others have."""
        counts = Counter(_words(release))
        self.words |= counts.keys()
        counts.update(dict.fromkeys(set(_significant_words(release.title)), TITLE_WEIGHT))
        frequent = dict(counts.most_common(MAX_FREQUENT_WORDS))
        self._load_counts(frequent.keys() - self._release_counts.keys())
        telling = {word: self._rarity(word) * log(1 + n) for word, n in frequent.items()}
        return [word for word, _ in Counter(telling).most_common(MAX_KEY_WORDS)]

    def _load_counts(self, words: Collection[str]) -> None:
        counts = self._engine.counts([Words(word) for word in words], self._gate)
        self._release_counts.update(zip(words, counts, strict=True))

    def _rarity(self, word: str) -> float:
        """How rare a word is; 0 for one that no other release has."""
        having = self._release_counts[word]
        return log(1 + self._total / having) if having > 1 else 0.0


def _words(release: Release) -> Iterator[str]:
    for text in (release.title, release.body, *(s.body for s in release.sections.all())):
        yield from _significant_words(text)


def _significant_words(text: str) -> Iterator[str]:
    for word in words(text):
        yield from (
            part for part in word.parts if is_vocabulary_word(part) and part not in STOP_WORDS
        )


def _add_to_vocabulary(words: Iterable[str]) -> None:
    """In order, so that two who learn at once do not wait for each other in a circle."""
    rows = [VocabularyWord(word=word) for word in sorted(words)]
    VocabularyWord.objects.bulk_create(rows, batch_size=5_000, ignore_conflicts=True)
