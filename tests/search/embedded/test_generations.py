import threading

import pytest

from releases.search.embedded.generations import Generations
from releases.search.engine import IndexLockedError, IndexUnusableError


@pytest.fixture
def own(tmp_path) -> Generations:
    return Generations(tmp_path / "index", "aaaa")


def adopted(own):
    path = own.begin()
    own.activate(path)
    return path


def test_the_one_last_adopted_is_in_use(own):
    with pytest.raises(IndexUnusableError, match="There is no search index"):
        own.current()
    first, second = adopted(own), adopted(own)
    assert own.current() == second != first


def test_other_code_does_not_read_it(own):
    adopted(own)
    with pytest.raises(IndexUnusableError, match="Another version"):
        Generations(own.folder, "bbbb").current()


def test_what_other_code_uses_is_not_cleared_away(own):
    path = adopted(own)
    Generations(own.folder, "bbbb").prune()
    assert own.current() == path


def test_all_but_the_one_in_use_is_cleared_away(own):
    old, new = adopted(own), adopted(own)
    (old / "MAIN.tmp").mkdir()
    (own.folder / "_MAIN_1.toc").touch()  # as an index lay before there were generations
    own.prune()
    assert set(own.folder.iterdir()) == {own.folder / "CURRENT", new}


def test_one_is_always_in_use_while_others_take_its_place(own):
    adopted(own)
    done, missing = threading.Event(), []

    def look():
        while not done.is_set():
            try:
                own.current()
            except IndexUnusableError as error:
                missing.append(error)

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(300):
        adopted(own)
        own.prune()
    done.set()
    for reader in readers:
        reader.join()
    assert missing == []


def test_a_condemned_one_is_in_use_no_more(own):
    adopted(own)
    own.discard_current()
    with pytest.raises(IndexUnusableError):
        own.current()


def test_changes_are_noted_once_a_generation_is_begun(own):
    adopted(own)
    own.prune()
    own.note([1])
    own.begin()
    own.note([2, 3])
    ids, end = own.read_notes()
    assert ids == {2, 3}
    own.note([4])
    assert own.read_notes(end)[0] == {4}


def test_a_torn_note_spoils_no_other(own):
    own.begin()
    with (own.folder / "CHANGED").open("a") as file:
        file.write("\n12")  # killed here
    _, end = own.read_notes()
    own.note([456])
    assert 456 in own.read_notes()[0]
    assert 456 in own.read_notes(end)[0]


def test_a_lock_holds_though_the_folder_is_deleted(own):
    own.folder.mkdir()
    with own.writing(0):
        own.folder.rmdir()
        with pytest.raises(IndexLockedError), own.writing(0):
            pass
    with own.writing(0):
        pass


def test_a_lock_holds_between_threads(own):
    with own.writing(0):
        refused = []

        def other():
            try:
                with own.writing(0):
                    pass
            except IndexLockedError as busy:
                refused.append(busy)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
