"""The index is made anew beside itself, and heals without a hand."""

import datetime
import shutil
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from haystack import connections

from releases import publishing
from releases.models import Release, SearchChange
from releases.search import outbox, worker
from releases.search.embedded import backend as whoosh_backend
from releases.search.embedded import maintenance
from releases.search.embedded.maintenance import Rebuild
from releases.search.engine import Gate, IndexLockedError, IndexUnusableError, public_ids
from releases.search.query.parser import parse
from releases.search.worker import ProcessResult
from releases.search_indexes import ReleaseIndex


@pytest.fixture
def library(indexed) -> set[int]:
    """The ids of a few releases that are in the index, in a segment each."""
    return {indexed(title=f"Notice {number}").pk for number in range(4)}


def found(engine, words="notice") -> set[int]:
    return set(engine.find(parse(words).tree, Gate()).ids)


def meanwhile(monkeypatch, act) -> None:
    """Have `act` called when a rebuild has read the database and not yet caught up."""
    fill = Rebuild._fill
    monkeypatch.setattr(Rebuild, "_fill", lambda rebuild: (fill(rebuild), act()))


def generations(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "CURRENT")


# Rebuilding


@pytest.mark.parametrize("command", ["rebuild_index", "update_index"])
def test_haystacks_commands_swap_in_one_whole_segment(library, engine, search_index, command):
    before = generations(search_index)
    options = {"interactive": False} if command == "rebuild_index" else {"remove": True}
    call_command(command, verbosity=0, workers=2, batchsize=2, **options)
    assert generations(search_index) != before
    assert len(generations(search_index)) == len(engine.index._segments()) == 1
    assert found(engine) == library


def test_an_update_of_what_is_recent_stays_in_the_generation(library, engine, search_index):
    before = generations(search_index)
    Release.objects.filter(pk=min(library)).update(title="Bulletin")
    call_command("update_index", verbosity=0, age=1)
    assert generations(search_index) == before
    assert found(engine, "bulletin") == {min(library)}


def test_an_update_of_what_is_recent_removes_what_is_not_public(library, engine, search_index):
    before = generations(search_index)
    Release.objects.filter(pk=min(library)).update(status="draft")
    call_command("update_index", verbosity=0, age=1, remove=True)
    assert generations(search_index) == before
    assert engine.indexed() == library - {min(library)}


def test_an_update_without_an_index_fails_with_a_sentence(library, engine):
    engine.generations.discard_current()
    with pytest.raises(CommandError, match="There is no search index"):
        call_command("update_index", verbosity=0, age=1, remove=True)


def test_what_clear_index_takes_out_comes_back(library, engine):
    call_command("clear_index", interactive=False, verbosity=0)
    assert engine.indexed() == set()
    worker.audit()
    assert worker.sync() == ProcessResult(len(library))
    assert found(engine) == library


def test_the_old_index_answers_during_a_rebuild(library, engine, monkeypatch):
    answers = []
    meanwhile(monkeypatch, lambda: answers.append(found(engine)))
    engine.rebuild()
    assert answers == [library]


def test_what_is_drained_during_a_rebuild_is_in_the_new_index(
    library, engine, publish, monkeypatch
):
    changed, gone, *_ = (Release.objects.get(pk=pk) for pk in library)

    def act():
        Release.objects.filter(pk=changed.pk).update(title="Notice of a bulletin")
        outbox.enqueue([changed.pk])
        publishing.withdraw(gone, "It named the wrong person.")
        library.add(publish(title="Notice").pk)
        assert worker.process_all() == ProcessResult(3)

    meanwhile(monkeypatch, act)
    engine.rebuild()
    assert not SearchChange.objects.exists()
    assert engine.indexed() == library - {gone.pk}
    assert found(engine, "bulletin") == {changed.pk}


def test_much_that_is_drained_during_a_rebuild_is_caught_up_with(engine, publish, monkeypatch):
    monkeypatch.setattr(maintenance, "CATCH_UP_LIMIT", 1)
    releases = []

    def act():
        releases.extend(publish(title="Notice").pk for _ in range(3))
        worker.process_all()

    meanwhile(monkeypatch, act)
    engine.rebuild()
    assert found(engine) == set(releases)


def test_a_rebuild_is_compared_with_the_database(library, engine, monkeypatch):
    """A change past the verbs is in no note."""
    meanwhile(monkeypatch, lambda: Release.objects.filter(pk=min(library)).update(status="draft"))
    engine.rebuild()
    assert engine.indexed() == library - {min(library)}


def test_a_rebuild_that_does_not_agree_is_not_taken_into_use(library, engine, monkeypatch):
    monkeypatch.setattr(Rebuild, "_reindex", lambda *args: None)
    outbox.enqueue([min(library)])
    meanwhile(monkeypatch, worker.process_all)
    meanwhile(monkeypatch, lambda: Release.objects.filter(pk=min(library)).update(status="draft"))
    with pytest.raises(CommandError, match=f"differs from the database.*{min(library)}"):
        call_command("update_index", verbosity=0)
    assert engine.indexed() == library


def test_a_rebuild_that_fails_leaves_nothing(library, engine, search_index, monkeypatch):
    before = generations(search_index)
    meanwhile(monkeypatch, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        engine.rebuild()
    assert generations(search_index) == before
    assert found(engine) == library


def test_what_a_killed_rebuild_left_is_cleared_away(library, engine, search_index):
    before = generations(search_index)
    engine.generations.begin()
    engine.generations.note([1])
    worker.sync()
    assert generations(search_index) == before


def test_one_rebuild_at_a_time(library, engine):
    with engine.generations.rebuilding(), pytest.raises(IndexLockedError, match="Another process"):
        engine.rebuild()


def test_a_rebuild_does_what_was_waiting_and_leaves_what_came_later(library, engine, monkeypatch):
    first, later = sorted(library)[:2]
    outbox.enqueue(library)
    outbox.enqueue([first], due_at=timezone.now() + datetime.timedelta(hours=1))
    meanwhile(monkeypatch, lambda: outbox.enqueue([later]))
    engine.rebuild()
    assert sorted(SearchChange.objects.values_list("release_id", flat=True)) == [first, later]


def test_a_release_without_an_entry_does_not_stop_a_rebuild(library, engine, monkeypatch):
    bad = min(library)
    original = ReleaseIndex.full_prepare

    def prepare(self, release, **options):
        if release.pk == bad:
            raise ValueError("unheard of")
        return original(self, release, **options)

    with monkeypatch.context() as patch:
        patch.setattr(ReleaseIndex, "full_prepare", prepare)
        with pytest.raises(CommandError, match=f"release {bad}: ValueError: unheard of"):
            call_command("rebuild_index", verbosity=0)
    assert engine.indexed() == library - {bad}
    row = SearchChange.objects.get()
    assert (row.release_id, row.attempts, row.error) == (bad, 1, "ValueError: unheard of")
    assert worker.sync() == ProcessResult(1)
    assert engine.indexed() == library


@pytest.mark.django_db(transaction=True)
def test_readers_miss_nothing_all_through_rebuilds(library, engine):
    stop, wrong, answers, gate = threading.Event(), [], [], Gate()
    assert gate.public == library

    def read():
        backend = connections["default"].get_backend()
        while not stop.is_set():
            try:
                ids = set(backend.find(parse("notice").tree, gate).ids)
                result = backend.search("notice", sort_by=["-number"])
                hits = {int(hit.pk) for hit in result["results"]}
                (answers if ids == hits == library else wrong).append(ids)
            except Exception as error:
                wrong.append(error)
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(8):
            engine.rebuild()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert answers


# Healing


def delete_folder(folder):
    shutil.rmtree(folder)


def empty_folder(folder):
    delete_folder(folder)
    folder.mkdir()


def garble_current(folder):
    (folder / "CURRENT").write_bytes(b"\xff\x00../../etc")


def name_what_is_gone(folder):
    (folder / "CURRENT").write_text("0123-4567")


def empty_current(folder):
    (folder / "CURRENT").write_text("")


def truncate_segments(folder):
    for path in folder.glob("*/MAIN_*"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble_postings(folder):
    for path in folder.glob("*/*.pst"):
        path.write_bytes(bytes(path.stat().st_size))


def truncate_table_of_contents(folder):
    for path in folder.glob("*/_MAIN_*.toc"):
        path.write_bytes(path.read_bytes()[:20])


def delete_segments(folder):
    for path in folder.glob("*/MAIN_*"):
        path.unlink()


def have_other_code(folder):
    generation = next(path for path in folder.iterdir() if path.is_dir())
    older = generation.rename(folder / "0123456789abcdef-0")
    (folder / "CURRENT").write_text(older.name)


FAULTS = [
    delete_folder,
    empty_folder,
    garble_current,
    name_what_is_gone,
    empty_current,
    truncate_segments,
    garble_postings,
    truncate_table_of_contents,
    delete_segments,
    have_other_code,
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's files
@pytest.mark.usefixtures("unclosed_files")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_lost_or_damaged_index_is_made_anew(library, engine, search_index, publish, fault):
    gone = Release.objects.get(pk=min(library))
    publishing.withdraw(gone, "It named the wrong person.")
    fault(search_index)
    assert Client().get("/search/?q=notice").status_code in (200, 503)  # never 500
    worker.sync()
    assert engine.indexed() == found(engine) == library - {gone.pk}
    assert not SearchChange.objects.exists()
    assert len(generations(search_index)) == 1


@pytest.mark.parametrize("fault", [delete_folder, garble_current, have_other_code])
def test_until_then_search_says_so_and_a_request_does_not_rebuild(
    library, engine, search_index, publish, fault
):
    fault(search_index)
    release = publish(title="Notice")
    assert Client().get("/search/?q=notice").status_code == 503
    assert "search index" in worker.process(hurry=True).failed[release.pk]
    with pytest.raises(IndexUnusableError):
        engine.indexed()
    assert SearchChange.objects.get().attempts == 0
    worker.sync()
    assert release.pk in found(engine)


def test_a_damaged_index_is_not_read_while_the_new_one_is_made(
    library, engine, search_index, monkeypatch
):
    garble_postings(search_index)
    statuses = []
    meanwhile(monkeypatch, lambda: statuses.append(Client().get("/search/?q=notice").status_code))
    worker.sync()
    assert statuses == [503]


def test_a_sound_index_is_left_alone(library, engine, search_index):
    before = generations(search_index)
    worker.sync()
    assert generations(search_index) == before


def test_a_copied_index_is_as_good(library, engine, search_index, tmp_path):
    """A restored backup has other dates, but the same content."""
    shutil.copytree(search_index, tmp_path / "copy", copy_function=shutil.copyfile)
    shutil.rmtree(search_index)
    shutil.copytree(tmp_path / "copy", search_index, copy_function=shutil.copyfile)
    before = generations(search_index)
    worker.sync()
    assert generations(search_index) == before
    assert found(engine) == library


def test_an_index_in_too_many_pieces_is_made_whole(library, engine, monkeypatch):
    monkeypatch.setattr(maintenance, "MAX_SEGMENTS", 3)
    worker.sync()
    assert len(engine.index._segments()) == 1


def test_an_index_of_mostly_deleted_entries_is_made_anew(indexed, engine, search_index):
    before = generations(search_index)
    pks = [indexed(title="Notice").pk for _ in range(3)]
    engine.rebuild()
    whole = generations(search_index)
    Release.objects.filter(pk__in=pks[:2]).update(status="draft")
    outbox.enqueue(pks[:2])
    worker.process_all()
    assert before != whole == generations(search_index)
    worker.sync()
    assert generations(search_index) != whole
    assert engine.indexed() == {pks[2]}


def test_what_the_database_was_given_past_the_verbs_is_indexed(library, engine, make_release):
    """Restored from a backup, say: nothing was queued."""
    release = make_release(
        title="Notice", number="2024-9999", slug="n", status="approved", release_at=timezone.now()
    )
    Release.objects.filter(pk=min(library)).update(status="draft")
    worker.audit()
    worker.sync()
    assert engine.indexed() == public_ids() == library - {min(library)} | {release.pk}


def test_an_audit_leaves_what_is_waiting_alone(library, engine, publish):
    publish(title="Notice")
    worker.audit()
    assert SearchChange.objects.count() == 1


def test_an_audit_that_finds_much_rebuilds(engine, publish, search_index, monkeypatch):
    monkeypatch.setattr(worker, "BATCH", 1)
    before = generations(search_index)
    releases = {publish(title="Notice").pk for _ in range(2)}
    SearchChange.objects.all().delete()
    worker.audit()
    assert generations(search_index) != before
    assert engine.indexed() == releases


# Within a request


def test_a_request_does_not_wait_for_another_writer(publish, engine, monkeypatch):
    monkeypatch.setattr(whoosh_backend, "REQUEST_LOCK_TIMEOUT", 0.01)
    release = publish()
    with engine.generations.writing(0):
        assert worker.process(hurry=True) == ProcessResult(left=1)
    assert not SearchChange.objects.exclude(release=release).exists()
    row = SearchChange.objects.get()
    assert (row.attempts, row.error) == (0, "")


def test_a_request_merges_nothing_while_segments_are_few(indexed, engine):
    for number in range(maintenance.MERGE_SEGMENTS + 1):
        indexed(title=f"Notice {number}")
    assert len(engine.index._segments()) == maintenance.MERGE_SEGMENTS + 1
    worker.maintain()
    assert len(engine.index._segments()) < maintenance.MERGE_SEGMENTS


def test_a_request_does_a_few_rows_only(publish, engine, monkeypatch):
    monkeypatch.setattr(worker, "REQUEST_BATCH", 2)
    releases = {publish().pk for _ in range(3)}
    assert worker.process(hurry=True) == ProcessResult(2)
    assert worker.sync() == ProcessResult(1)
    assert engine.indexed() == releases


def test_one_transaction_drains_once(publish, engine, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(3):
            publish()
    assert len(callbacks) == 1
