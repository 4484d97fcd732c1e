import multiprocessing
import threading

import pytest
from haystack import connections
from whoosh.searching import Searcher

from releases.models import Release, Topic
from releases.search.embedded import snapshot as snapshots
from releases.search.embedded.columns import read_columns
from releases.search.embedded.snapshot import current_snapshot
from releases.search.engine import IndexUnusableError, Visibility
from releases.search.query.parser import parse

TREE = parse("county OR records").tree


@pytest.fixture
def newest(engine):
    """Return a function that returns the newest snapshot."""
    return lambda: current_snapshot(engine.index)


@pytest.mark.parametrize(
    ("field", "term"),
    [("text", "counti"), ("title", "notic"), ("text_exact", "the"), ("text_exact", "absent")],
)
def test_postings_equal_those_that_whoosh_reads(indexed, newest, field, term):
    for number in range(12):
        indexed(title=f"Notice {number}", body="The county. " * (number + 1))
    with newest().reader() as reader:
        expected = {}
        if (field, term) in reader:
            matcher = Searcher(reader).postings(field, term)
            while matcher.is_active():
                expected[matcher.id()] = matcher.weight()
                matcher.next()
    weights = newest().weights(field, term)
    assert {n: weights[n] for n in newest().live if weights[n]} == expected


def test_lengths_count_words_only(indexed, newest):
    indexed(title="Levee Repairs Begin")
    assert newest().columns.lengths["title"].tolist() == [3]


def test_unchanged_index_is_opened_once(indexed, newest):
    indexed()
    assert newest() is newest()


def test_only_new_segments_of_a_changed_index_are_read(indexed, newest, monkeypatch):
    indexed()
    before = newest()
    read = []
    monkeypatch.setattr(
        snapshots, "read_columns", lambda leaf: read.append(leaf) or read_columns(leaf)
    )
    indexed()
    after = newest()
    assert (len(before.live), len(after.live), len(read)) == (1, 2, 1)


@pytest.mark.parametrize("column", ["django_id", "release_at", "topics", "_title_len"])
def test_column_with_a_missing_file_is_not_read_as_empty(indexed, engine, search_index, column):
    """A rebuild or merge may delete files that a reader is about to open."""
    indexed(topics=[Topic.objects.create(name="Water", slug="water")])
    delete(search_index, column)
    snapshots.drop_cached(search_index)
    with pytest.raises(IndexUnusableError):
        engine.find(None, Visibility())


def test_column_whose_file_goes_missing_later_is_not_read_as_empty(indexed, newest, search_index):
    indexed()
    snapshot = newest()
    assert snapshot.column("number")
    delete(search_index, "number")
    with pytest.raises(FileNotFoundError):
        snapshot.column("number")


def delete(search_index, column) -> None:
    """Delete a column's files."""
    for path in search_index.glob(f"*/*.{column}.col"):
        path.unlink()


def test_empty_index_has_no_matches(engine):
    assert engine.find(None, Visibility()).total == engine.find(TREE, Visibility()).total == 0


def test_threads_search_while_a_writer_commits(indexed, publish, engine):
    """Whoosh's searchers break when shared by threads; ours must see consistent states."""
    ids = {indexed(title=f"Notice {number}").pk for number in range(5)}
    fresh = [publish(title=f"Fresh {number}").pk for number in range(5)]
    stop, wrong, visibility = threading.Event(), [], Visibility()
    assert visibility.public == ids | set(fresh)

    def reader():
        backend = connections["default"].get_backend()
        while not stop.is_set():
            try:
                found = backend.find(TREE, visibility)
                if not ids <= set(found.ids) or found.total != len(found.ids):
                    wrong.append(found)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for pk in fresh:
            engine.refresh([pk])
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert set(engine.find(TREE, visibility).ids) == ids | set(fresh)


def test_child_process_opens_its_own_snapshot(indexed, engine):
    """A server may fork after a search, while another thread holds the lock."""
    release = indexed()
    snapshot, visibility = current_snapshot(engine.index), Visibility()
    assert visibility.public == {release.pk}
    fork = multiprocessing.get_context("fork")
    answer = fork.Queue()
    with snapshot.reader():  # holds the lock at the fork
        child = fork.Process(target=lambda: answer.put(engine.find(TREE, visibility).ids))
        child.start()
        assert answer.get(timeout=20) == (release.pk,)
    child.join()


def test_public_documents_are_kept_while_the_state_is_the_same(
    indexed, engine, django_assert_num_queries
):
    release = indexed()
    assert engine.find(TREE, Visibility(state="first")).total == 1
    with django_assert_num_queries(0):
        assert engine.find(TREE, Visibility(state="first")).total == 1
    Release.objects.filter(pk=release.pk).update(status="withdrawn", status_reason="A test.")
    assert engine.find(TREE, Visibility(state="second")).total == 0
    assert engine.find(TREE, Visibility()).total == 0
