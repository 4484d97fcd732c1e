"""Rebuilds next to the current index, and repair without manual work."""

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
from releases.search.embedded import maintenance
from releases.search.embedded.maintenance import Rebuild
from releases.search.engine import IndexLockedError, IndexUnusableError, Visibility, public_ids
from releases.search.query.parser import parse
from releases.search.worker import ProcessResult
from releases.search_indexes import ReleaseIndex


@pytest.fixture
def library(indexed) -> set[int]:
    """Return the ids of a few indexed releases, each in its own segment."""
    return {indexed(title=f"Notice {number}").pk for number in range(4)}


def found(engine, words="notice") -> set[int]:
    return set(engine.find(parse(words).tree, Visibility()).ids)


def meanwhile(monkeypatch, act) -> None:
    """Call `act` in a rebuild, after the database was read and before catching up."""
    fill = Rebuild._fill
    monkeypatch.setattr(Rebuild, "_fill", lambda rebuild: (fill(rebuild), act()))


def generations(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "CURRENT")


# Rebuilding


@pytest.mark.parametrize("command", ["rebuild_index", "update_index"])
def test_haystacks_commands_swap_in_a_single_segment(library, engine, search_index, command):
    before = generations(search_index)
    options = {"interactive": False} if command == "rebuild_index" else {"remove": True}
    call_command(command, verbosity=0, workers=2, batchsize=2, **options)
    assert generations(search_index) != before
    assert len(generations(search_index)) == len(engine.index._segments()) == 1
    assert found(engine) == library


def test_update_of_recent_changes_keeps_the_generation(library, engine, search_index):
    before = generations(search_index)
    Release.objects.filter(pk=min(library)).update(title="Bulletin")
    call_command("update_index", verbosity=0, age=1)
    assert generations(search_index) == before
    assert found(engine, "bulletin") == {min(library)}


def test_update_of_recent_changes_removes_nonpublic_releases(library, engine, search_index):
    before = generations(search_index)
    Release.objects.filter(pk=min(library)).update(status="draft")
    call_command("update_index", verbosity=0, age=1, remove=True)
    assert generations(search_index) == before
    assert engine.indexed() == library - {min(library)}


def test_update_without_an_index_fails_with_a_message(library, engine):
    engine.generations.discard_current()
    with pytest.raises(CommandError, match="There is no search index"):
        call_command("update_index", verbosity=0, age=1, remove=True)


def test_cleared_index_is_refilled(library, engine):
    call_command("clear_index", interactive=False, verbosity=0)
    assert engine.indexed() == set()
    worker.audit()
    assert worker.sync() == ProcessResult(len(library))
    assert found(engine) == library


def test_old_index_stays_in_use_during_a_rebuild(library, engine, monkeypatch):
    answers = []
    meanwhile(monkeypatch, lambda: answers.append(found(engine)))
    engine.rebuild()
    assert answers == [library]


def test_changes_during_a_rebuild_are_in_the_new_index(library, engine, publish, monkeypatch):
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


def test_many_changes_during_a_rebuild_are_in_the_new_index(engine, publish, monkeypatch):
    monkeypatch.setattr(maintenance, "CATCH_UP_LIMIT", 1)
    releases = []

    def act():
        releases.extend(publish(title="Notice").pk for _ in range(3))
        worker.process_all()

    meanwhile(monkeypatch, act)
    engine.rebuild()
    assert found(engine) == set(releases)


def test_rebuild_is_compared_with_the_database(library, engine, monkeypatch):
    """A change made without an action is not noted."""
    meanwhile(monkeypatch, lambda: Release.objects.filter(pk=min(library)).update(status="draft"))
    engine.rebuild()
    assert engine.indexed() == library - {min(library)}


def test_rebuild_that_differs_from_the_database_is_not_activated(library, engine, monkeypatch):
    monkeypatch.setattr(Rebuild, "_reindex", lambda *args: None)
    outbox.enqueue([min(library)])
    meanwhile(monkeypatch, worker.process_all)
    meanwhile(monkeypatch, lambda: Release.objects.filter(pk=min(library)).update(status="draft"))
    with pytest.raises(CommandError, match=f"differs from the database.*{min(library)}"):
        call_command("update_index", verbosity=0)
    assert engine.indexed() == library


def test_failed_rebuild_leaves_nothing(library, engine, search_index, monkeypatch):
    before = generations(search_index)
    meanwhile(monkeypatch, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        engine.rebuild()
    assert generations(search_index) == before
    assert found(engine) == library


def test_leftovers_of_a_killed_rebuild_are_deleted(library, engine, search_index):
    before = generations(search_index)
    engine.generations.begin()
    engine.generations.note([1])
    worker.sync()
    assert generations(search_index) == before


def test_one_rebuild_at_a_time(library, engine):
    with engine.generations.rebuilding(), pytest.raises(IndexLockedError, match="Another process"):
        engine.rebuild()


def test_rebuild_covers_due_rows_and_leaves_later_ones(library, engine, monkeypatch):
    first, later = sorted(library)[:2]
    outbox.enqueue(library)
    outbox.enqueue([first], due_at=timezone.now() + datetime.timedelta(hours=1))
    meanwhile(monkeypatch, lambda: outbox.enqueue([later]))
    engine.rebuild()
    assert sorted(SearchChange.objects.values_list("release_id", flat=True)) == [first, later]


def test_release_that_fails_does_not_stop_a_rebuild(library, engine, monkeypatch):
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
def test_readers_miss_nothing_during_rebuilds(library, engine):
    stop, wrong, answers, visibility = threading.Event(), [], [], Visibility()
    assert visibility.public == library

    def read():
        backend = connections["default"].get_backend()
        while not stop.is_set():
            try:
                ids = set(backend.find(parse("notice").tree, visibility).ids)
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


# Repair


def delete_folder(folder):
    shutil.rmtree(folder)


def empty_folder(folder):
    delete_folder(folder)
    folder.mkdir()


def garble_current(folder):
    (folder / "CURRENT").write_bytes(b"\xff\x00../../etc")


def name_missing_generation(folder):
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


def use_other_code(folder):
    generation = next(path for path in folder.iterdir() if path.is_dir())
    older = generation.rename(folder / "0123456789abcdef-0")
    (folder / "CURRENT").write_text(older.name)


FAULTS = [
    delete_folder,
    empty_folder,
    garble_current,
    name_missing_generation,
    empty_current,
    truncate_segments,
    garble_postings,
    truncate_table_of_contents,
    delete_segments,
    use_other_code,
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's files
@pytest.mark.usefixtures("unclosed_files")
@pytest.mark.parametrize("fault", FAULTS)
def test_lost_or_damaged_index_is_rebuilt(library, engine, search_index, publish, fault):
    gone = Release.objects.get(pk=min(library))
    publishing.withdraw(gone, "It named the wrong person.")
    fault(search_index)
    assert Client().get("/search/?q=notice").status_code in (200, 503)  # never 500
    worker.sync()
    assert engine.indexed() == found(engine) == library - {gone.pk}
    assert not SearchChange.objects.exists()
    assert len(generations(search_index)) == 1


@pytest.mark.parametrize("fault", [delete_folder, garble_current, use_other_code])
def test_search_is_unavailable_until_then_and_requests_do_not_rebuild(
    library, engine, search_index, publish, fault
):
    fault(search_index)
    release = publish(title="Notice")
    assert Client().get("/search/?q=notice").status_code == 503
    assert "search index" in worker.process(in_request=True).failed[release.pk]
    with pytest.raises(IndexUnusableError):
        engine.indexed()
    assert SearchChange.objects.get().attempts == 0
    worker.sync()
    assert release.pk in found(engine)


def test_damaged_index_is_not_read_during_its_rebuild(library, engine, search_index, monkeypatch):
    garble_postings(search_index)
    statuses = []
    meanwhile(monkeypatch, lambda: statuses.append(Client().get("/search/?q=notice").status_code))
    worker.sync()
    assert statuses == [503]


def test_intact_index_is_left_alone(library, engine, search_index):
    before = generations(search_index)
    worker.sync()
    assert generations(search_index) == before


def test_copied_index_is_intact(library, engine, search_index, tmp_path):
    """A restored backup has other modification times but the same content."""
    shutil.copytree(search_index, tmp_path / "copy", copy_function=shutil.copyfile)
    shutil.rmtree(search_index)
    shutil.copytree(tmp_path / "copy", search_index, copy_function=shutil.copyfile)
    before = generations(search_index)
    worker.sync()
    assert generations(search_index) == before
    assert found(engine) == library


def test_index_with_too_many_segments_is_rebuilt(library, engine, monkeypatch):
    monkeypatch.setattr(maintenance, "MAX_SEGMENTS", 3)
    worker.sync()
    assert len(engine.index._segments()) == 1


def test_index_of_mostly_deleted_entries_is_rebuilt(indexed, engine, search_index):
    before = generations(search_index)
    pks = [indexed(title="Notice").pk for _ in range(3)]
    engine.rebuild()
    rebuilt = generations(search_index)
    Release.objects.filter(pk__in=pks[:2]).update(status="draft")
    outbox.enqueue(pks[:2])
    worker.process_all()
    assert before != rebuilt == generations(search_index)
    worker.sync()
    assert generations(search_index) != rebuilt
    assert engine.indexed() == {pks[2]}


def test_changes_made_without_actions_are_indexed(library, engine, make_release):
    """Nothing is queued after a restore from a backup, for example."""
    release = make_release(
        title="Notice", number="2024-9999", slug="n", status="approved", release_at=timezone.now()
    )
    Release.objects.filter(pk=min(library)).update(status="draft")
    worker.audit()
    worker.sync()
    assert engine.indexed() == public_ids() == library - {min(library)} | {release.pk}


def test_audit_ignores_queued_releases(library, engine, publish):
    publish(title="Notice")
    worker.audit()
    assert SearchChange.objects.count() == 1


def test_audit_with_many_differences_rebuilds(engine, publish, search_index, monkeypatch):
    monkeypatch.setattr(worker, "BATCH", 1)
    before = generations(search_index)
    releases = {publish(title="Notice").pk for _ in range(2)}
    SearchChange.objects.all().delete()
    worker.audit()
    assert generations(search_index) != before
    assert engine.indexed() == releases
