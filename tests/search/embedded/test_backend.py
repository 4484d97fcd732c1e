import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from haystack.exceptions import SearchBackendError
from haystack.query import SearchQuerySet
from whoosh.writing import SegmentWriter

from releases.models import Release
from releases.search import worker
from releases.search.embedded import backend
from releases.search.embedded import snapshot as snapshots
from releases.search.embedded.snapshot import current_snapshot
from releases.search.engine import Visibility
from releases.search.worker import ProcessResult


def test_index_is_opened_once_for_many_queries(indexed, engine, monkeypatch):
    indexed()
    current_snapshot(engine.index)
    opened = []
    original = snapshots.Snapshot.__init__
    monkeypatch.setattr(
        snapshots.Snapshot, "__init__", lambda *args: opened.append(1) or original(*args)
    )
    for _ in range(5):
        list(SearchQuerySet().filter(content="notice")[:5])
    assert opened == []


def test_removal_under_a_held_lock_is_an_error(indexed, engine, monkeypatch):
    release = indexed()
    monkeypatch.setattr(backend, "LOCK_TIMEOUT", 0.1)
    with engine.generations.writing(0), pytest.raises(SearchBackendError, match="Another process"):
        engine.remove(release)
    engine.remove(release)
    assert current_snapshot(engine.index).live == set()


def test_failed_write_releases_the_lock_and_changes_nothing(indexed, engine, monkeypatch):
    release = indexed()
    monkeypatch.setattr(backend, "LOCK_TIMEOUT", 0.1)
    with monkeypatch.context() as patch:
        patch.setattr(SegmentWriter, "_commit_toc", _fail)
        with pytest.raises(OSError, match="disk"):
            engine.refresh([release.pk])
    assert engine.find(None, Visibility()).total == 1
    engine.refresh([release.pk])


def _fail(*args):
    raise OSError("The disk is full.")


def test_any_write_removes_releases_hidden_without_an_action(indexed, engine):
    release, other = indexed(), indexed()
    Release.objects.filter(pk=release.pk).update(status="draft")
    call_command("update_index", verbosity=0)
    snapshot = current_snapshot(engine.index)
    assert [snapshot.ids[number] for number in snapshot.live] == [other.pk]


def test_locked_index_loses_nothing(publish, engine, monkeypatch):
    monkeypatch.setattr(backend, "LOCK_TIMEOUT", 0.05)
    release = publish()
    with engine.generations.writing(0):
        result = worker.process()
    assert result == ProcessResult(left=1)
    assert worker.process_all(timezone.now() + datetime.timedelta(minutes=2)) == ProcessResult(1)
    assert engine.indexed() == {release.pk}
