"""Words of the archive that may be meant by a search without results."""

from __future__ import annotations

from django.db import connection

from releases.models import VocabularyWord
from releases.search.analysis.analyzer import is_stop_word
from releases.search.analysis.spelling import can_correct, is_vocabulary_word

MAX_SUGGESTED = 5
_SIMILAR = """
    SELECT word FROM releases_vocabularyword WHERE word %% %s
    ORDER BY similarity(word, %s) DESC, word LIMIT %s
"""


def suggest_synonym(query: str) -> tuple[str, list[str]]:
    """Return what to make a synonym of, and similar words, public or not, best first.

    That is the query's only word that the archive lacks, else the whole query.
    """
    typed = [word for word in query.split() if is_vocabulary_word(word) and not is_stop_word(word)]
    known = set(VocabularyWord.objects.filter(word__in=typed).values_list("word", flat=True))
    unknown = [word for word in typed if word not in known]
    if len(unknown) != 1 or not can_correct():
        return query, []
    with connection.cursor() as cursor:
        cursor.execute(_SIMILAR, [unknown[0], unknown[0], MAX_SUGGESTED])
        return unknown[0], [word for (word,) in cursor.fetchall()]
