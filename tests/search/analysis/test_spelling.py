import datetime

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone

from releases import publishing
from releases.models import VocabularyWord
from releases.search import similarity
from releases.search.query.parser import parse
from releases.search.results import search

pytestmark = pytest.mark.contract


@pytest.fixture
def trafficking(indexed):
    release = indexed(title="Report on Trafficking", body="The commission met Ms. Perrelli.")
    indexed()
    similarity.update_due()
    return release


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("traficking", "trafficking"),
        ("Tarfficking perelli", "trafficking perrelli"),
        ('"comission met"', '"commission met"'),
        ("title:trafickking", "title:trafficking"),
        ("traficking year:2024 -water", "trafficking year:2024 -water"),
    ],
)
def test_unknown_words_are_corrected_from_the_archive(trafficking, typed, meant):
    found = search(parse(typed))
    assert (found.text, found.misspelt) == (meant, typed)
    assert [hit.release for hit in found.hits] == [trafficking]


@pytest.mark.parametrize("typed", ["trafficking", "trafficking clinic", "traf", "12345678", "*"])
def test_known_words_and_words_without_similar_ones_are_not_corrected(trafficking, typed):
    assert search(parse(typed)).misspelt == ""


def test_among_equally_close_words_the_most_frequent_wins(indexed):
    for body in ("A county clinic.", "Another clinic.", "The clinis."):
        indexed(title="Notice", body=body)
    similarity.update_due()
    assert search(parse("cliniz")).text == "clinic"


def _withdrawn(release):
    publishing.withdraw(release, "It named the wrong person.")


def _under_embargo(release):
    type(release).objects.filter(pk=release.pk).update(
        release_at=timezone.now() + datetime.timedelta(hours=1)
    )


@pytest.mark.parametrize("hide", [_withdrawn, _under_embargo])
def test_no_word_of_a_nonpublic_release_is_suggested(trafficking, hide):
    hide(trafficking)
    found = search(parse("perelli"))
    assert VocabularyWord.objects.filter(word="perrelli").exists()
    assert (found.total, found.misspelt, found.text) == (0, "", "perelli")


def test_check_does_not_warn_before_the_migration(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("ALTER TABLE releases_vocabularyword RENAME TO not_yet")
    assert run_checks(tags=["database"], databases=["default"]) == []


def test_without_the_extension_nothing_is_suggested_and_a_check_warns(trafficking):
    assert run_checks(tags=["database"], databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    assert search(parse("perelli")).total == 0
    (warning,) = run_checks(tags=["database"], databases=["default"])
    assert warning.id == "releases.W001"
    assert "CREATE EXTENSION pg_trgm" in warning.hint
