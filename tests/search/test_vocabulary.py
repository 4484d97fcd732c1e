"""The vocabulary takes the words of releases in batches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releases.models import VocabularyWord
from releases.search import vocabulary

pytestmark = pytest.mark.django_db


def test_words_of_an_earlier_batch_are_not_inserted_again(publish, monkeypatch):
    monkeypatch.setattr(vocabulary, "BATCH", 1)
    ids = [publish(title="Reservoir", body="Sluices.").pk for _ in range(3)]
    VocabularyWord.objects.all().delete()

    with CaptureQueriesContext(connection) as queries:
        vocabulary.add_words_of(ids)

    inserts = [query for query in queries if query["sql"].startswith("INSERT")]
    assert len(inserts) == 1
    assert set(VocabularyWord.objects.values_list("word", flat=True)) >= {"reservoir", "sluices"}
