import datetime

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone

from releases import publishing
from releases.models import VocabularyWord
from releases.search import similarity, worker
from releases.search.analysis.spelling import correct
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


def test_word_that_occurs_with_the_others_is_meant(indexed):
    indexed(title="Tamsin Harris Keeps the Lighthouse")
    for what in ("Lungs", "Trees", "Pipes"):
        indexed(title=f"Smoke Harms {what}")
    worker.sync()
    similarity.update_due()
    assert search(parse("Tamsin Haris")).text == "Tamsin harris"


def test_word_in_a_title_is_meant_rather_than_one_in_a_text(indexed):
    indexed(title="Mayor Calder Resigns", body="It was short.")
    for _ in range(2):
        indexed(title="Notice", body="The caldes are empty.")
    similarity.update_due()
    assert search(parse("caldez")).text == "calder"


def test_frequent_word_is_meant_rather_than_a_rare_one_with_fewer_edits(db):
    having = {"sherri": 2, "sheriff": 300}
    VocabularyWord.objects.bulk_create([VocabularyWord(word=word) for word in having])
    meant = correct(parse("sherrif"), lambda node: having.get(node.text, 0))
    assert meant == parse("sheriff")


def test_swapped_letters_in_a_short_word_are_corrected(indexed):
    indexed(title="Thief Returns a Bicycle")
    similarity.update_due()
    assert search(parse("theif")).text == "thief"


def test_vocabulary_has_the_words_of_releases_that_were_indexed(make_release):
    release = make_release(title="Notice", body="The commission met Ms. Perrelli.")
    publishing.approve(release, timezone.now())
    worker.sync()
    assert VocabularyWord.objects.filter(word="perrelli").exists()


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


def test_frequent_spelling_of_a_rare_word_is_offered_beside_its_own_results(indexed):
    own = indexed(title="Notice", body="The clinis was a typing error.")
    for _ in range(5):
        indexed(title="Notice", body="A county clinic.")
    similarity.update_due()
    found = search(parse("clinis"))
    assert [hit.release for hit in found.hits] == [own]
    assert (found.better, found.misspelt, found.ignored) == (("clinic", 5), "", ())


def test_rare_word_that_never_occurs_with_the_others_is_corrected(indexed):
    indexed(title="Notice", body="Ms. Haris sells boats.")
    for what in ("Lighthouse", "Ferry", "Mill", "Dam", "Bridge"):
        indexed(title=f"Tamsin Harris Keeps the {what}")
    similarity.update_due()
    found = search(parse("Tamsin Haris"))
    assert (found.text, found.total) == ("Tamsin harris", 5)


@pytest.mark.parametrize("typed", ["clinics", "haris", "clinis haris"])
def test_nothing_is_offered_for_a_word_without_a_much_more_frequent_spelling(indexed, typed):
    for body in ("Clinics.", "Haris and the clinis.", "Harris."):
        indexed(title="Notice", body=body)
    similarity.update_due()
    assert search(parse(typed)).better is None


def test_corrected_and_relaxed_query_has_one_notice(indexed):
    indexed(title="Stalking Awareness Month", body="Perrelli hosts a meeting.")
    similarity.update_due()
    found = search(parse("Perelli stalking awareness budgets"))
    assert (found.misspelt, found.is_closest, found.ignored) == (
        "Perelli stalking awareness budgets",
        True,
        (),
    )
