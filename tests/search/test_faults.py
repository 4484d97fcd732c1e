"""Real faults: killed workers, a held lock, a full disk.

After each, index and database agree without manual repair. A withdrawn release is never shown.

DRILL_KILLS=50 kills as many workers as the full drill.
"""

import datetime
import errno
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from releases.models import Release, SearchChange
from releases.search import outbox, results, worker
from releases.search.embedded import backend, maintenance
from releases.search.embedded.snapshot import drop_cached
from releases.search.engine import public_ids
from releases.search.query.parser import parse
from releases.search.worker import ProcessResult
from tests.programs import SECRET_KEY

KILLS = int(os.environ.get("DRILL_KILLS", "8"))
QUERY = parse("notice")
BODY = "The county opened a records office today. " * 40

# Whoosh leaves files open that it failed to write.
UNCLOSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start(search_index):
    """Start a command in its own process: `start("sync_search", "--loop")`."""
    started = []

    def run(*command: str, **options) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command, "--skip-checks"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "VAR_DIR": str(search_index.parent), **_settings()},
            **options,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def _settings() -> dict[str, str]:
    """Return the environment for a process on this test's database."""
    at = connection.settings_dict
    address = f"{quote(at['HOST'], safe='')}:{at['PORT']}"
    user = f"{quote(at['USER'])}:{quote(at['PASSWORD'] or '')}"
    return {
        "SECRET_KEY": SECRET_KEY,
        "OFFICE_TIME_ZONE": settings.TIME_ZONE,
        "DATABASE_URL": f"postgres://{user}@{address}/{at['NAME']}",
    }


@pytest.fixture
def library(make_release, engine) -> list[Release]:
    """Sixty published releases, indexed as one segment."""
    at = timezone.now()
    releases = [
        make_release(
            title=f"Notice {n}",
            slug="notice",
            body=BODY,
            number=f"2024-{n:04}",
            status="approved",
            release_at=at,
        )
        for n in range(1, 61)
    ]
    engine.rebuild()
    return releases


def shown() -> set[int]:
    """Return the releases on the first pages of a search."""
    found = [results.search(QUERY, page=page).hits for page in range(1, 5)]
    return {hit.release.pk for hits in found for hit in hits}


def assert_consistent(engine) -> None:
    """Assert that index and database agree and nothing is queued."""
    assert not SearchChange.objects.exists()
    assert engine.indexed() == public_ids() == shown()
    folder = Path(engine.index.storage.folder)
    segments = {segment.segment_id() for segment in engine.index._segments()}
    assert {p.name.split(".")[0] for p in folder.glob("MAIN*")} == segments
    assert {p.name for p in folder.parent.iterdir()} == {"CURRENT", folder.name}


def withdraw_one(releases: list[Release]) -> Release:
    """Withdraw the last release without processing the outbox."""
    release = releases.pop()
    Release.objects.filter(pk=release.pk).update(status="withdrawn", status_reason="Error.")
    outbox.enqueue([release.pk])
    return release


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "Timed out after a minute."
        time.sleep(0.0005)


def half_written(engine) -> set[str]:
    """Return segments that have files but are not in the table of contents."""
    folder = Path(engine.index.storage.folder)
    known = {segment.segment_id() for segment in engine.index._segments()}
    return {p.name.split(".")[0] for p in folder.glob("MAIN_*")} - known


def test_workers_killed_in_mid_commit(library, engine, start, capsys):
    chance = random.Random(7)
    moments: Counter[str] = Counter()
    for _ in range(KILLS):
        withdrawn = withdraw_one(library) if len(library) > 5 else None
        outbox.enqueue(release.pk for release in library)
        process = start("sync_search")
        wait_for(lambda: half_written(engine))
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait()
        waiting = SearchChange.objects.exists()
        moments[_moment(bool(half_written(engine)), waiting)] += 1
        assert shown() <= public_ids()
        assert withdrawn is None or withdrawn.pk not in shown()
        assert worker.sync().failed == {}
        assert_consistent(engine)
    with capsys.disabled():
        print(f"\n{KILLS} workers killed: {dict(moments)}")
    assert moments["in mid-commit"]


def _moment(half_written: bool, waiting: bool) -> str:
    if half_written:
        return "in mid-commit"
    return "after the commit, rows still there" if waiting else "when all was done"


def test_rebuilds_killed_halfway(library, engine, start, search_index):
    for _ in range(3):
        rebuild = start("rebuild_index")
        wait_for(lambda: list(search_index.glob("*/MAIN.tmp")))
        rebuild.send_signal(signal.SIGKILL)
        rebuild.wait()
        assert shown() == public_ids()
        outbox.enqueue([library[0].pk])
        assert worker.sync().failed == {}
        assert_consistent(engine)


def test_two_workers_at_once(library, engine, start):
    for _ in range(2):
        withdrawn = withdraw_one(library)
        for release in library:
            outbox.enqueue([release.pk])
        workers = [start("sync_search") for _ in range(2)]
        assert [process.wait(60) for process in workers] == [0, 0]
        assert withdrawn.pk not in shown()
        assert_consistent(engine)


def test_two_workers_without_an_index(library, engine, start, search_index):
    engine.generations.discard_current()
    workers = [start("sync_search") for _ in range(2)]
    for process in workers:
        process.wait(60)
    worker.sync()
    assert_consistent(engine)


@UNCLOSED
@pytest.mark.usefixtures("unclosed_files")
def test_damage_after_maintenance_does_not_end_the_loop(library, engine, search_index):
    loop = worker._Worker(str)
    loop.maintain_at = time.monotonic() + 60
    for path in engine.generations.current().glob("MAIN_*.*"):
        path.write_bytes(b"?" * 100)
    drop_cached(search_index)

    loop.run_once()  # audits the index and updates similarity

    loop.maintain_at = 0.0
    loop.run_once()
    assert_consistent(engine)


def test_connection_lost_during_a_run_does_not_end_the_loop(library, engine):
    """Neither the entries nor their errors can be written."""
    outbox.enqueue(release.pk for release in library)
    loop = worker._Worker(str)
    loop.maintain_at = loop.audit_at = time.monotonic() + 60
    with ThreadPoolExecutor(1) as thread:
        with engine.generations.writing(0):
            run = thread.submit(loop.run_once)
            wait_for(end_connection_that_has_read_the_queue)
        assert run.result(60) == worker.POLL_INTERVAL
        thread.submit(connection.close)

    loop.run_once()
    assert_consistent(engine)


def end_connection_that_has_read_the_queue():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
            "pg_backend_pid() AND datname = current_database() AND state = 'idle' "
            "AND query LIKE 'SELECT%%FROM \"releases_searchchange\"%%'"
        )
        return cursor.fetchone() == (True,)


def test_lock_held_by_a_stopped_process(library, engine, start):
    """Withdrawn releases are not shown meanwhile, and everything is processed in the end."""
    outbox.enqueue(release.pk for release in library)
    holder = start("sync_search")
    wait_for(lambda: half_written(engine))
    holder.send_signal(signal.SIGSTOP)
    withdrawn = withdraw_one(library)
    assert worker.process(in_request=True).left == len(library) + 1
    assert SearchChange.objects.filter(release=withdrawn).exists()
    assert withdrawn.pk not in shown()
    assert shown() == public_ids()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert worker.sync().failed == {}
    assert_consistent(engine)


@pytest.fixture
def hurried(monkeypatch):
    """Shorten the lock timeouts."""
    for module in (backend, maintenance):
        monkeypatch.setattr(module, "LOCK_TIMEOUT", 0.05)


def stop_in_mid_commit(process, engine):
    wait_for(lambda: half_written(engine))
    process.send_signal(signal.SIGSTOP)


def test_import_during_another_write_leaves_its_rows_and_reports_them(
    library, engine, start, hurried, tmp_path, caplog
):
    outbox.enqueue(release.pk for release in library)
    holder = start("sync_search")
    stop_in_mid_commit(holder, engine)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "1", "title": "Notice", "date": "2024-05-14", "body": BODY}))

    output = StringIO()
    call_command("import_releases", path, approve=True, stdout=output)

    waiting = len(library) + 1
    assert f"{waiting} releases will be searchable in a moment." in output.getvalue()
    assert not [record for record in caplog.records if record.exc_info]
    assert not SearchChange.objects.filter(attempts__gt=0).exists()
    holder.kill()
    holder.wait()
    assert worker.sync() == ProcessResult(waiting)
    assert_consistent(engine)


def test_commands_during_another_write_leave_the_rows_or_fail_with_a_message(
    library, engine, start, hurried, capsys
):
    outbox.enqueue(release.pk for release in library)
    holder = start("sync_search")
    stop_in_mid_commit(holder, engine)

    call_command("sync_search")
    call_command("update_index", age=1)
    output = capsys.readouterr().out
    assert output.count(f"{len(library)} releases will be searchable in a moment.") == 2
    with pytest.raises(CommandError, match="Another process has been writing"):
        call_command("rebuild_index", interactive=False)


def test_rows_are_left_to_the_process_building_the_first_index(
    library, engine, start, hurried, search_index, capsys
):
    engine.generations.discard_current()
    outbox.enqueue(release.pk for release in library)
    maker = start("rebuild_index")
    wait_for(lambda: list(search_index.glob("*/MAIN.tmp")))
    maker.send_signal(signal.SIGSTOP)

    assert worker.sync() == ProcessResult(left=len(library))
    call_command("rebuild_index", interactive=False)
    assert "will be searchable in a moment" in capsys.readouterr().out
    assert not SearchChange.objects.filter(attempts__gt=0).exists()


@UNCLOSED
@pytest.mark.usefixtures("unclosed_files")
def test_failing_writes(library, engine, search_index):
    """Files cannot grow past a few bytes, so every commit and rebuild fails."""
    withdrawn = withdraw_one(library)
    outbox.enqueue(release.pk for release in library)
    with _room_for(64):
        result = worker.process()
        assert worker.maintain()  # nothing to write
        with pytest.raises(OSError, match="File too large"):
            engine.rebuild()
    assert set(result.failed) == {release.pk for release in [withdrawn, *library]}
    assert set(SearchChange.objects.values_list("attempts", flat=True)) == {1}
    assert withdrawn.pk not in shown()
    assert shown() == public_ids()
    assert half_written(engine) == set()
    assert worker.process_all(timezone.now() + 2 * _minute()).failed == {}
    assert_consistent(engine)


@UNCLOSED
@pytest.mark.usefixtures("unclosed_files")
def test_full_file_system(library, engine, search_index):
    """The same on a real small disk, if this process may mount one."""
    with _small_disk(search_index) as fill:
        engine.rebuild()
        withdrawn = withdraw_one(library)
        outbox.enqueue(release.pk for release in library)
        fill()
        result = worker.process()
        assert set(result.failed) == {release.pk for release in [withdrawn, *library]}
        assert "No space left" in result.failed[withdrawn.pk]
        with pytest.raises(OSError, match="No space left") as refused:
            engine.rebuild()
        assert refused.value.errno == errno.ENOSPC
        assert shown() == public_ids()
        (search_index / "filler").unlink(missing_ok=True)
        assert worker.process_all(timezone.now() + 2 * _minute()).failed == {}
        assert_consistent(engine)


@contextmanager
def _room_for(size: int):
    """Limit the size of this process's files, in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _small_disk(folder: Path):
    """Mount an empty 2 MB file system on the folder; yield a function that fills it."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("This process may not mount a file system.")

    def fill() -> None:
        with (folder / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass

    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _minute():
    return datetime.timedelta(minutes=1)
