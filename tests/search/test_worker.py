import datetime
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from releases import publishing
from releases.models import SearchChange
from releases.search import outbox, results, worker
from releases.search.analysis import analyzer, entry_terms
from releases.search.embedded import entries
from releases.search.engine import public_ids
from releases.search.outbox import Backlog
from releases.search.query.parser import parse
from releases.search.worker import ProcessResult
from releases.search_indexes import ReleaseIndex
from tests.programs import SECRET_KEY

pytestmark = pytest.mark.contract


@pytest.fixture
def in_index(engine):
    """Return the indexed ids, public or not."""
    return engine.indexed


def test_recalled_release_is_removed_although_its_embargo_lifted(publish, in_index, in_an_hour):
    release = publish(release_at=in_an_hour)
    worker.process_all(in_an_hour)
    assert in_index() == {release.pk}

    publishing.recall(release, "A name is wrong.")
    worker.process_all()

    assert in_index() == set()


def test_published_release_is_indexed(publish, in_index):
    release = publish()
    assert worker.process() == ProcessResult(1)
    assert in_index() == {release.pk}
    assert not SearchChange.objects.exists()


def test_withdrawn_release_is_removed(indexed, in_index):
    release = indexed()
    publishing.withdraw(release, "It named the wrong person.")
    assert worker.process() == ProcessResult(1)
    assert in_index() == set()


def test_embargoed_release_is_indexed_at_its_lift_and_not_before(publish, in_index):
    lift = timezone.now() + datetime.timedelta(hours=1)
    release = publish(release_at=lift)
    worker.process_all(lift - datetime.timedelta(seconds=1))
    assert in_index() == set()
    assert outbox.backlog().next == lift
    assert worker.process_all(lift) == ProcessResult(1)
    assert in_index() == {release.pk}


def test_rolled_back_change_is_not_queued(indexed):
    release = indexed()
    with transaction.atomic():
        outbox.enqueue([release.pk])
        transaction.set_rollback(True)
    assert not SearchChange.objects.exists()


def test_release_queued_several_times_is_written_once(publish, engine):
    release = publish()
    outbox.enqueue([release.pk] * 3)
    assert worker.process() == ProcessResult(1)


def test_batches_are_bounded_and_all_rows_are_processed(publish, in_index, monkeypatch):
    monkeypatch.setattr(worker, "BATCH", 2)
    releases = {publish().pk for _ in range(5)}
    assert worker.process() == ProcessResult(2)
    assert worker.process_all() == ProcessResult(3)
    assert in_index() == releases


def test_failed_row_stays_with_its_error_and_the_rest_is_processed(publish, in_index, monkeypatch):
    bad, good = publish(title="Bad"), publish(title="Good")
    original = ReleaseIndex.full_prepare

    def prepare(self, release, **options):
        if release.pk == bad.pk:
            raise ValueError("unheard of")
        return original(self, release, **options)

    at = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(ReleaseIndex, "full_prepare", prepare)
        assert worker.process_all(at) == ProcessResult(1, {bad.pk: "ValueError: unheard of"})
    row = SearchChange.objects.get()
    assert (row.release_id, row.attempts, row.error) == (bad.pk, 1, "ValueError: unheard of")
    assert outbox.backlog(at) == Backlog(due=0, oldest=row.since, failing=1, next=row.due_at)
    assert in_index() == {good.pk}
    assert worker.process_all(row.due_at) == ProcessResult(1)
    assert in_index() == {bad.pk, good.pk}


@pytest.mark.parametrize("word", ["argue", "ague", "angue"])
def test_spanish_release_with_an_unstemmable_word_is_found(publish, in_index, word):
    release, other = publish(language="es", body=f"They {word}."), publish(language="es")
    assert worker.process() == ProcessResult(2)
    assert in_index() == {release.pk, other.pk}
    assert [hit.release for hit in results.search(parse(word)).hits] == [release]


def test_text_that_cannot_be_analyzed_fails_alone_and_is_logged(
    publish, in_index, monkeypatch, caplog
):
    bad, good = publish(body="It is unheard of."), publish()
    fail_on("unheard", monkeypatch)

    assert worker.process() == ProcessResult(1, {bad.pk: "ValueError: unheard"})
    assert in_index() == {good.pk}
    assert SearchChange.objects.get().error == "ValueError: unheard"
    (logged,) = (record for record in caplog.records if bad.number in record.getMessage())
    assert logged.exc_info


def test_first_index_omits_text_that_cannot_be_analyzed(publish, in_index, engine, monkeypatch):
    bad, good = publish(body="It is unheard of."), publish()
    fail_on("unheard", monkeypatch)

    assert worker.rebuild() == {bad.pk: "ValueError: unheard"}
    assert in_index() == {good.pk}
    assert SearchChange.objects.get(attempts=1).release == bad


def fail_on(word, monkeypatch):
    """Make the analysis of texts fail on a word, for both engines."""

    def printed_words(text):
        if word in text:
            raise ValueError(word)
        return analyzer.printed_words(text)

    for module in (entries, entry_terms):
        monkeypatch.setattr(module, "printed_words", printed_words)


def test_release_that_fails_the_whole_write_is_isolated(publish, in_index, engine, monkeypatch):
    bad, *good = [publish() for _ in range(12)]
    refresh = type(engine).refresh

    def fail_on_the_bad_one(backend, ids, at=None, in_request=False):
        if bad.pk in ids:
            raise IndexError("list index out of range")
        return refresh(backend, ids, at, in_request)

    monkeypatch.setattr(type(engine), "refresh", fail_on_the_bad_one)
    at = timezone.now()
    for _ in range(4):
        worker.process_all(at)
        at += datetime.timedelta(minutes=2)

    assert in_index() == {release.pk for release in good}
    assert SearchChange.objects.get().release == bad


def test_worker_killed_between_index_and_database_repeats_the_work(publish, engine, in_index):
    release = publish()
    engine.refresh([release.pk])  # as far as the killed worker got
    assert worker.process() == ProcessResult(1)
    assert in_index() == {release.pk}


def test_backlog_measures_the_index_lag(publish, engine):
    release = publish()
    now = timezone.now()
    hour = datetime.timedelta(hours=1)
    SearchChange.objects.all().delete()
    outbox.enqueue([release.pk], due_at=now - hour)
    outbox.enqueue([release.pk], due_at=now + hour)
    assert outbox.backlog(now) == Backlog(1, now - hour, 0, now + hour)
    worker.process_all(now)
    assert outbox.backlog(now) == Backlog(0, None, 0, now + hour)


def test_command_processes_the_outbox_and_reports_it(publish, capsys):
    publish()
    call_command("sync_search")
    assert capsys.readouterr().out == "1 release brought up to date.\n"


def test_command_fails_if_a_release_failed(publish, monkeypatch):
    release = publish()
    monkeypatch.setattr(ReleaseIndex, "full_prepare", lambda *args: 1 / 0)
    with pytest.raises(CommandError, match=f"release {release.pk}: ZeroDivisionError"):
        call_command("sync_search")


@pytest.mark.django_db(transaction=True)
def test_loop_indexes_new_rows_and_wakes_for_the_lift(publish, in_index, monkeypatch):
    monkeypatch.setattr(worker, "POLL_INTERVAL", 0.05)
    stop, messages = threading.Event(), []
    loop = threading.Thread(target=worker.run, args=(stop, messages.append))
    loop.start()
    try:
        release = publish(release_at=timezone.now() + datetime.timedelta(seconds=0.5))
        deadline = time.monotonic() + 10
        while release.pk not in in_index() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert public_ids() == in_index() == {release.pk}
    finally:
        stop.set()
        loop.join()
    assert messages[-1].endswith("brought up to date.")


@pytest.mark.django_db(transaction=True)
def test_loop_survives_a_lost_connection(publish, in_index, monkeypatch):
    monkeypatch.setattr(worker, "POLL_INTERVAL", 0.05)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
    stop = threading.Event()
    loop = threading.Thread(target=worker.run, args=(stop,))
    loop.start()
    try:
        time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        release = publish()
        deadline = time.monotonic() + 10
        while release.pk not in in_index() and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        stop.set()
        loop.join()
    assert in_index() == {release.pk}


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_looping_command_stops_cleanly_on_a_signal(ending, tmp_path):
    """The loop waits for a database that is down, and still stops on a signal."""
    command = subprocess.Popen(
        [sys.executable, "manage.py", "sync_search", "--loop", "--skip-checks"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={
            **os.environ,
            "SECRET_KEY": SECRET_KEY,
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "PYTHONUNBUFFERED": "",  # as in a service
        },
    )
    assert command.stdout is not None
    assert command.stdout.readline().startswith("Watching")
    command.send_signal(ending)
    rest, _ = command.communicate(timeout=20)
    assert rest == "Stopped.\n"
    assert command.returncode == 0
