import threading

import pytest

from releases.search.embedded.generations import Generations
from releases.search.engine import IndexLockedError, IndexUnusableError


@pytest.fixture
def generations(tmp_path) -> Generations:
    return Generations(tmp_path / "index", "aaaa")


def activated(generations):
    path = generations.begin()
    generations.activate(path)
    return path


def test_last_activated_generation_is_current(generations):
    with pytest.raises(IndexUnusableError, match="There is no search index"):
        generations.current()
    first, second = activated(generations), activated(generations)
    assert generations.current() == second != first


def test_generation_of_other_code_is_not_read(generations):
    activated(generations)
    with pytest.raises(IndexUnusableError, match="Another version"):
        Generations(generations.folder, "bbbb").current()


def test_current_generation_of_other_code_is_not_pruned(generations):
    path = activated(generations)
    Generations(generations.folder, "bbbb").prune()
    assert generations.current() == path


def test_all_but_the_current_generation_is_pruned(generations):
    old, new = activated(generations), activated(generations)
    (old / "MAIN.tmp").mkdir()
    (generations.folder / "_MAIN_1.toc").touch()  # the layout before generations
    generations.prune()
    assert set(generations.folder.iterdir()) == {generations.folder / "CURRENT", new}


def test_there_is_always_a_current_generation_during_swaps(generations):
    activated(generations)
    done, missing = threading.Event(), []

    def look():
        while not done.is_set():
            try:
                generations.current()
            except IndexUnusableError as error:
                missing.append(error)

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(300):
        activated(generations)
        generations.prune()
    done.set()
    for reader in readers:
        reader.join()
    assert missing == []


def test_discarded_generation_is_not_current(generations):
    activated(generations)
    generations.discard_current()
    with pytest.raises(IndexUnusableError):
        generations.current()


def test_changes_are_noted_once_a_generation_is_begun(generations):
    activated(generations)
    generations.prune()
    generations.note([1])
    generations.begin()
    generations.note([2, 3])
    ids, end = generations.read_notes()
    assert ids == {2, 3}
    generations.note([4])
    assert generations.read_notes(end)[0] == {4}


def test_incomplete_note_does_not_affect_others(generations):
    generations.begin()
    with (generations.folder / "CHANGED").open("a") as file:
        file.write("\n12")  # killed here
    _, end = generations.read_notes()
    generations.note([456])
    assert 456 in generations.read_notes()[0]
    assert 456 in generations.read_notes(end)[0]


def test_lock_survives_deletion_of_the_folder(generations):
    generations.folder.mkdir()
    with generations.writing(0):
        generations.folder.rmdir()
        with pytest.raises(IndexLockedError), generations.writing(0):
            pass
    with generations.writing(0):
        pass


def test_lock_excludes_other_threads(generations):
    with generations.writing(0):
        refused = []

        def other():
            try:
                with generations.writing(0):
                    pass
            except IndexLockedError as busy:
                refused.append(busy)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
