import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from releases import publishing
from releases.models import Release, SimilarReleases, VocabularyWord
from releases.output.related import find_related
from releases.search import similarity
from releases.search.engine import IndexUnusableError

pytestmark = pytest.mark.contract

DAM = "The Quillfeather Dam leaks. Engineers will repair the dam and its spillway."


@pytest.fixture
def about_dams(indexed):
    """Return three releases on a dam, among others."""
    for number in range(6):
        indexed(title=f"Notice {number}", body="The county opened a records office.")
    return [indexed(title=f"Quillfeather Dam Report {number}", body=DAM) for number in range(3)]


def similar(release):
    row = Release.objects.select_related("similar_releases").get(pk=release.pk)
    return list(find_related(row, timezone.now()).similar)


def test_similar_releases_share_the_subject(about_dams):
    similarity.update_due()
    first, *rest = about_dams
    assert set(similar(first)) == set(rest)


def test_new_release_is_added_to_similar_ones(about_dams, indexed):
    similarity.update_due()
    new = indexed(title="Quillfeather Dam Is Safe", body=DAM)
    assert similarity.update_due() == 1
    assert new in similar(about_dams[0])
    assert about_dams[0] in similar(new)


def test_release_is_computed_again_when_the_archive_has_doubled(indexed):
    first = indexed(title="Quillfeather Dam Report", body=DAM)
    similarity.update_due()
    indexed(title="Notice", body="The county opened a records office.")
    similarity.update_due()
    assert similar(first) == []
    SimilarReleases.objects.filter(release=first).update(others=[], archive_size=1)

    assert similarity.renew_outgrown() == 1
    assert similarity.renew_outgrown() == 0
    assert similarity.update_due() == 1
    assert SimilarReleases.objects.get(release=first).archive_size == 2


def test_changed_release_is_updated(about_dams):
    similarity.update_due()
    release = about_dams[0]
    Release.objects.filter(pk=release.pk).update(
        title="Orchards", body="Apples of Zanesby.", updated_at=timezone.now()
    )
    assert similarity.update_due() == 1
    assert similar(release) == []
    assert VocabularyWord.objects.filter(word="zanesby").exists()


def test_gate_applies_when_similar_releases_are_shown(about_dams):
    similarity.update_due()
    first, second, third = about_dams
    publishing.withdraw(second, "It named the wrong dam.")
    later = timezone.now() + datetime.timedelta(hours=1)
    Release.objects.filter(pk=third.pk).update(release_at=later)
    assert similar(first) == []


def test_similar_releases_share_the_language(about_dams):
    Release.objects.filter(pk=about_dams[1].pk).update(language="es")
    call_command("rebuild_index", interactive=False, verbosity=0)
    similarity.update_due()
    assert about_dams[1] not in similar(about_dams[0])


def test_embargoed_release_is_not_processed(about_dams, publish, in_an_hour):
    publish(title="Sealed Xylophone", release_at=in_an_hour)
    similarity.update_due()
    assert not VocabularyWord.objects.filter(word="xylophone").exists()
    assert SimilarReleases.objects.count() == 9


def test_sync_search_updates_all_due_releases(about_dams, monkeypatch):
    monkeypatch.setattr(similarity, "BATCH", 2)
    call_command("sync_search")
    assert SimilarReleases.objects.count() == 9
    assert similarity.update_due() == 0


def test_two_similar_changed_releases_are_updated_at_once(about_dams):
    similarity.update_due()
    pair = [release.pk for release in about_dams[:2]]
    Release.objects.filter(pk__in=pair).update(updated_at=timezone.now())

    assert similarity.update_due() == 2
    assert similarity.update_due() == 0


def test_failing_release_does_not_stop_the_others(about_dams, monkeypatch, caplog, client):
    bad = about_dams[0]
    bad.refresh_from_db()
    words = similarity.vocabulary.words

    def fail_on_the_bad_one(text):
        if text == bad.title:
            raise IndexError("list index out of range")
        return words(text)

    with monkeypatch.context() as patch:
        patch.setattr(similarity.vocabulary, "words", fail_on_the_bad_one)
        assert similarity.update_due() == 9
        assert similarity.update_due() == 0

    assert SimilarReleases.objects.get(release=bad).error == "IndexError: list index out of range"
    (logged,) = (record for record in caplog.records if bad.number in record.getMessage())
    assert logged.exc_info
    assert client.get("/health/ready").json()["backlog"]["similarity_failing"] == 1
    assert set(similar(about_dams[1])) == {bad, about_dams[2]}

    assert similarity.update_due(timezone.now() + 2 * similarity.RETRY_DELAY) == 1
    assert similarity.failed_count() == 0
    assert set(similar(bad)) == set(about_dams[1:])


def test_spanish_release_with_a_word_without_a_stem_is_processed(indexed):
    pair = [indexed(title=f"Argue {n}", body="They argue of dams.", language="es") for n in "ab"]

    assert similarity.update_due() == 2
    assert similar(pair[0]) == [pair[1]]


def test_interrupted_update_is_completed_next_time(about_dams, engine, monkeypatch):
    find = type(engine).find
    calls = []

    def fail_halfway(*args, **options):
        calls.append(1)
        if len(calls) > 5:
            raise IndexUnusableError("The search cluster does not answer.")
        return find(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(engine), "find", fail_halfway)
        call_command("sync_search")
    assert similarity.failed_count() == 0

    call_command("sync_search")
    assert SimilarReleases.objects.count() == 9
