"""Index updates within a request: short, and once per transaction."""

from releases.models import SearchChange
from releases.search import worker
from releases.search.embedded import backend as whoosh_backend
from releases.search.embedded import maintenance
from releases.search.worker import ProcessResult


def test_request_does_not_wait_for_another_writer(publish, engine, monkeypatch):
    monkeypatch.setattr(whoosh_backend, "REQUEST_LOCK_TIMEOUT", 0.01)
    release = publish()
    with engine.generations.writing(0):
        assert worker.process(in_request=True) == ProcessResult(left=1)
    assert not SearchChange.objects.exclude(release=release).exists()
    row = SearchChange.objects.get()
    assert (row.attempts, row.error) == (0, "")


def test_request_does_not_merge_few_segments(indexed, engine):
    for number in range(maintenance.MERGE_SEGMENTS + 1):
        indexed(title=f"Notice {number}")
    assert len(engine.index._segments()) == maintenance.MERGE_SEGMENTS + 1
    worker.maintain()
    assert len(engine.index._segments()) < maintenance.MERGE_SEGMENTS


def test_request_processes_few_rows(publish, engine, monkeypatch):
    monkeypatch.setattr(worker, "REQUEST_BATCH", 2)
    releases = {publish().pk for _ in range(3)}
    assert worker.process(in_request=True) == ProcessResult(2)
    assert worker.sync() == ProcessResult(1)
    assert engine.indexed() == releases


def test_transaction_processes_the_outbox_once(publish, engine, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(3):
            publish()
    assert len(callbacks) == 1
