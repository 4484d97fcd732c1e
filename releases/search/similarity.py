"""Similar releases, and the vocabulary that spelling correction draws on.

Computed by `sync_search`, never within a request. A release is due if its row is missing or older
than its last change, so interrupted, loaded and restored releases catch up. A new release also
updates the releases it is similar to, and all are computed again when the archive has doubled: in a
small one, few words are in more than one release. A failure is logged, stored with the error, and
retried after an hour or a change. Rows store ids only; pages show only those that are public.
"""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Collection, Iterable
from math import log

from django.db import Error
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils import timezone
from haystack import connections
from haystack.exceptions import SearchBackendError

from releases.models import Release, SimilarReleases
from releases.models.querysets import ReleaseQuerySet
from releases.search import vocabulary
from releases.search.engine import Visibility
from releases.search.query.tree import And, Equals, Words

BATCH = 50  # releases per run
MAX_SIMILAR = 12  # ids stored per release: enough even if some are withdrawn
MAX_FREQUENT_WORDS = 24  # a release's most frequent words, from which key words are chosen
MAX_KEY_WORDS = 6  # words searched for
TITLE_WEIGHT = 4  # occurrences that one in the title counts as
LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
RETRY_DELAY = datetime.timedelta(hours=1)  # after a failure

logger = logging.getLogger(__name__)


def update_due(at: datetime.datetime | None = None) -> int:
    """Update up to BATCH releases due at `at` (aware; default: now) and those similar to them;
    return how many were due."""
    at = at or timezone.now()
    due = list(_due(at).for_page()[:BATCH])
    if not due:
        return 0
    finder = _SimilarityFinder(at)
    similarities = [finder.find(release) for release in due]
    found_words = frozenset(finder.words)  # the words of updated releases are in it
    similar_ids = {pk for row in similarities for pk in row.others} - {
        release.pk for release in due
    }
    updated = _outdated(similar_ids, due)
    similarities += [finder.find(release) for release in updated]
    SimilarReleases.objects.bulk_create(
        similarities,
        update_conflicts=True,
        unique_fields=["release"],
        update_fields=["others", "made_at", "error", "archive_size"],
    )
    vocabulary.add(found_words)
    return len(due)


def renew_outgrown(at: datetime.datetime | None = None) -> int:
    """Make the rows due that were computed when the archive had at most half as many releases as
    are public at `at` (aware; default: now); return how many."""
    total = Release.objects.published(at).count()
    outgrown = SimilarReleases.objects.filter(archive_size__lte=total // 2, made_at__gt=LONG_AGO)
    return outgrown.update(made_at=LONG_AGO)


def failed_count() -> int:
    """Return the number of releases that failed."""
    return SimilarReleases.objects.exclude(error="").count()


def _due(at: datetime.datetime) -> ReleaseQuerySet[Release]:
    changed = Q(similar_releases__made_at__lt=Greatest("updated_at", "release_at"))
    failed = Q(similar_releases__error__gt="", similar_releases__made_at__lt=at - RETRY_DELAY)
    return Release.objects.published(at).filter(Q(similar_releases=None) | changed | failed)


def _outdated(ids: set[int], due: Iterable[Release]) -> ReleaseQuerySet[Release]:
    """Return releases of `ids` whose row is older than the newest change in `due`."""
    newest = max(max(release.updated_at, release.release_at) for release in due)  # type: ignore[type-var]
    return Release.objects.filter(pk__in=ids, similar_releases__made_at__lt=newest).for_page()


class _SimilarityFinder:
    """Similarity search at one moment, with a cache of how many releases have each word."""

    def __init__(self, at: datetime.datetime) -> None:
        self._visibility = Visibility(at)
        self._engine = connections["default"].get_backend()
        self._total = self._engine.find(None, self._visibility, size=0).total
        self._release_counts: dict[str, int] = {}
        self.words: set[str] = set()

    def find(self, release: Release) -> SimilarReleases:
        """Return an unsaved row: the most similar releases, or the error."""
        made = SimilarReleases(
            release=release, others=[], made_at=self._visibility.at, archive_size=self._total
        )
        try:
            made.others = self._find_similar(release)
        except (Error, SearchBackendError):  # not the release's fault
            raise
        except Exception as error:
            logger.exception("Similar releases of %s cannot be computed.", release.number)
            made.error = f"{type(error).__name__}: {error}"
        return made

    def _find_similar(self, release: Release) -> list[int]:
        """Search for releases in its language with most of its key words."""
        words = Words(" ".join(self._key_words(release)), match_most=True, in_order=False)
        if not words.text:
            return []
        tree = And((words, Equals("language", release.language.partition("-")[0])))
        found = self._engine.find(tree, self._visibility, size=MAX_SIMILAR + 1).ids
        return [pk for pk in found if pk != release.pk][:MAX_SIMILAR]

    def _key_words(self, release: Release) -> list[str]:
        """Return words frequent in this release and rare in others."""
        counts = Counter(vocabulary.significant_words(release))
        self.words |= counts.keys()
        counts.update(dict.fromkeys(set(vocabulary.words_of(release.title)), TITLE_WEIGHT))
        frequent = dict(counts.most_common(MAX_FREQUENT_WORDS))
        self._load_counts(frequent.keys() - self._release_counts.keys())
        weights = {word: self._rarity(word) * log(1 + n) for word, n in frequent.items()}
        return [word for word, _ in Counter(weights).most_common(MAX_KEY_WORDS)]

    def _load_counts(self, words: Collection[str]) -> None:
        counts = self._engine.counts([Words(word) for word in words], self._visibility)
        self._release_counts.update(zip(words, counts, strict=True))

    def _rarity(self, word: str) -> float:
        """Return the rarity of a word; 0 if no other release has it."""
        having = self._release_counts[word]
        return log(1 + self._total / having) if having > 1 else 0.0
