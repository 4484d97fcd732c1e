"""What happens to processes and disks, on the real thing: killed drainers, a held lock, a full
disk. After each, index and database agree with no hand at work; a withdrawn release is never shown.

DRILL_KILLS=50 kills as many drainers as the full drill has.
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

# Whoosh leaves files open that it could not write.
UNCLOSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start(search_index):
    """Start a drainer in a process of its own: `start("sync_search", "--loop")`."""
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
    """Environment for a process on this test's database."""
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
    """The releases on the first hundred pages of a search."""
    found = [results.search(QUERY, page=page).hits for page in range(1, 5)]
    return {hit.release.pk for hits in found for hit in hits}


def assert_true(engine) -> None:
    """Index and database agree, and nothing is left to do."""
    assert not SearchChange.objects.exists()
    assert engine.indexed() == public_ids() == shown()
    folder = Path(engine.index.storage.folder)
    segments = {segment.segment_id() for segment in engine.index._segments()}
    assert {p.name.split(".")[0] for p in folder.glob("MAIN*")} == segments
    assert {p.name for p in folder.parent.iterdir()} == {"CURRENT", folder.name}


def withdraw_one(releases: list[Release]) -> Release:
    """Withdraw the last; the drain that follows its commit is another's to do."""
    release = releases.pop()
    Release.objects.filter(pk=release.pk).update(status="withdrawn", status_reason="Error.")
    outbox.enqueue([release.pk])
    return release


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "It did not come in a minute."
        time.sleep(0.0005)


def half_written(engine) -> set[str]:
    """The segments of which files are there and that the table of contents does not name."""
    folder = Path(engine.index.storage.folder)
    known = {segment.segment_id() for segment in engine.index._segments()}
    return {p.name.split(".")[0] for p in folder.glob("MAIN_*")} - known


def test_drainers_killed_in_mid_commit(library, engine, start, capsys):
    chance = random.Random(7)
    moments: Counter[str] = Counter()
    for _ in range(KILLS):
        withdrawn = withdraw_one(library) if len(library) > 5 else None
        outbox.enqueue(release.pk for release in library)
        drainer = start("sync_search")
        wait_for(lambda: half_written(engine))
        time.sleep(chance.uniform(0, 0.12))
        drainer.send_signal(signal.SIGKILL)
        drainer.wait()
        waiting = SearchChange.objects.exists()
        moments[_moment(bool(half_written(engine)), waiting)] += 1
        assert shown() <= public_ids()
        assert withdrawn is None or withdrawn.pk not in shown()
        assert worker.sync().failed == {}
        assert_true(engine)
    with capsys.disabled():
        print(f"\n{KILLS} drainers killed: {dict(moments)}")
    assert moments["in mid-commit"]


def _moment(half_written: bool, waiting: bool) -> str:
    if half_written:
        return "in mid-commit"
    return "after the commit, rows still there" if waiting else "when all was done"


def test_rebuilds_killed_half_way(library, engine, start, search_index):
    for _ in range(3):
        rebuild = start("rebuild_index")
        wait_for(lambda: list(search_index.glob("*/MAIN.tmp")))
        rebuild.send_signal(signal.SIGKILL)
        rebuild.wait()
        assert shown() == public_ids()
        outbox.enqueue([library[0].pk])
        assert worker.sync().failed == {}
        assert_true(engine)


def test_two_drainers_at_once(library, engine, start):
    for _ in range(2):
        withdrawn = withdraw_one(library)
        for release in library:
            outbox.enqueue([release.pk])
        drainers = [start("sync_search") for _ in range(2)]
        assert [drainer.wait(60) for drainer in drainers] == [0, 0]
        assert withdrawn.pk not in shown()
        assert_true(engine)


def test_two_that_find_no_index_at_once(library, engine, start, search_index):
    engine.generations.discard_current()
    drainers = [start("sync_search") for _ in range(2)]
    for drainer in drainers:
        drainer.wait(60)
    worker.sync()
    assert_true(engine)


@UNCLOSED
@pytest.mark.usefixtures("unclosed_files")
def test_damage_that_comes_after_the_upkeep_does_not_end_the_loop(library, engine, search_index):
    loop = worker._Worker(str)
    loop.maintain_at = time.monotonic() + 60
    for path in engine.generations.current().glob("MAIN_*.*"):
        path.write_bytes(b"?" * 100)
    drop_cached(search_index)

    loop.run_once()  # it compares index and database, and learns

    loop.maintain_at = 0.0
    loop.run_once()
    assert_true(engine)


def test_connection_that_breaks_within_a_turn_does_not_end_the_loop(library, engine):
    """The entries can not be made, and neither can that be noted."""
    outbox.enqueue(release.pk for release in library)
    loop = worker._Worker(str)
    loop.maintain_at = loop.audit_at = time.monotonic() + 60
    with ThreadPoolExecutor(1) as thread:
        with engine.generations.writing(0):
            turn = thread.submit(loop.run_once)
            wait_for(end_connection_that_has_read_the_queue)
        assert turn.result(60) == worker.POLL_INTERVAL
        thread.submit(connection.close)

    loop.run_once()
    assert_true(engine)


def end_connection_that_has_read_the_queue():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
            "pg_backend_pid() AND datname = current_database() AND state = 'idle' "
            "AND query LIKE 'SELECT%%FROM \"releases_searchchange\"%%'"
        )
        return cursor.fetchone() == (True,)


def test_a_lock_that_a_stopped_process_holds(library, engine, start):
    """It is waited for a while; what is withdrawn is not shown, and all is done in the end."""
    outbox.enqueue(release.pk for release in library)
    holder = start("sync_search")
    wait_for(lambda: half_written(engine))
    holder.send_signal(signal.SIGSTOP)
    withdrawn = withdraw_one(library)
    assert worker.process(hurry=True).left == len(library) + 1
    assert SearchChange.objects.filter(release=withdrawn).exists()
    assert withdrawn.pk not in shown()
    assert shown() == public_ids()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert worker.sync().failed == {}
    assert_true(engine)


@pytest.fixture
def hurried(monkeypatch):
    """Nobody waits long for a lock."""
    for module in (backend, maintenance):
        monkeypatch.setattr(module, "LOCK_TIMEOUT", 0.05)


def stop_in_mid_commit(drainer, engine):
    wait_for(lambda: half_written(engine))
    drainer.send_signal(signal.SIGSTOP)


def test_an_import_beside_a_writing_process_leaves_its_rows_and_says_so(
    library, engine, start, hurried, tmp_path, caplog
):
    outbox.enqueue(release.pk for release in library)
    holder = start("sync_search")
    stop_in_mid_commit(holder, engine)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "1", "title": "Notice", "date": "2024-05-14", "body": BODY}))

    said = StringIO()
    call_command("import_releases", path, approve=True, stdout=said)

    waiting = len(library) + 1
    assert f"{waiting} releases will be searchable in a moment." in said.getvalue()
    assert not [record for record in caplog.records if record.exc_info]
    assert not SearchChange.objects.filter(attempts__gt=0).exists()
    holder.kill()
    holder.wait()
    assert worker.sync() == ProcessResult(waiting)
    assert_true(engine)


def test_commands_beside_a_writing_process_fail_with_a_sentence_or_leave_the_rows(
    library, engine, start, hurried, capsys
):
    outbox.enqueue(release.pk for release in library)
    holder = start("sync_search")
    stop_in_mid_commit(holder, engine)

    call_command("sync_search")
    call_command("update_index", age=1)
    said = capsys.readouterr().out
    assert said.count(f"{len(library)} releases will be searchable in a moment.") == 2
    with pytest.raises(CommandError, match="Another process has been writing"):
        call_command("rebuild_index", interactive=False)


def test_while_another_process_makes_the_first_index_rows_are_left_to_it(
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
def test_a_disk_without_room(library, engine, search_index):
    """Files can not grow past a few bytes: each commit and each rebuild fails."""
    withdrawn = withdraw_one(library)
    outbox.enqueue(release.pk for release in library)
    with _room_for(64):
        drained = worker.process()
        assert worker.maintain()  # it has nothing to write
        with pytest.raises(OSError, match="File too large"):
            engine.rebuild()
    assert set(drained.failed) == {release.pk for release in [withdrawn, *library]}
    assert set(SearchChange.objects.values_list("attempts", flat=True)) == {1}
    assert withdrawn.pk not in shown()
    assert shown() == public_ids()
    assert half_written(engine) == set()
    assert worker.process_all(timezone.now() + 2 * _minute()).failed == {}
    assert_true(engine)


@UNCLOSED
@pytest.mark.usefixtures("unclosed_files")
def test_a_full_file_system(library, engine, search_index):
    """The same on a disk of its own, where this process may mount one."""
    with _small_disk(search_index) as fill:
        engine.rebuild()
        withdrawn = withdraw_one(library)
        outbox.enqueue(release.pk for release in library)
        fill()
        drained = worker.process()
        assert set(drained.failed) == {release.pk for release in [withdrawn, *library]}
        assert "No space left" in drained.failed[withdrawn.pk]
        with pytest.raises(OSError, match="No space left") as refused:
            engine.rebuild()
        assert refused.value.errno == errno.ENOSPC
        assert shown() == public_ids()
        (search_index / "filler").unlink(missing_ok=True)
        assert worker.process_all(timezone.now() + 2 * _minute()).failed == {}
        assert_true(engine)


@contextmanager
def _room_for(size: int):
    """No file of this process can grow past so many bytes within the block."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _small_disk(folder: Path):
    """Have an empty file system of two megabytes in the folder; gives what fills it."""
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
