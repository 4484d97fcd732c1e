"""Signed bytes in one file: bounded, and any failure is a miss."""

import os
import threading
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra.cache import file_store, read_megabytes, ring_file
from pressroom.infra.cache.file_store import FileStore
from pressroom.infra.cache.ring_file import BLOCK, TAG_BYTES

MAX_BYTES = 400_000
Process = get_context("fork").Process


@pytest.fixture
def at_once(monkeypatch):
    """Use a file again as soon as it failed."""
    monkeypatch.setattr("pressroom.infra.circuit_breaker.OPEN_SECONDS", 0)


@pytest.fixture
def make(tmp_path):
    """Return a function that opens a store on the same file, as another process would."""
    made = []

    def open_store(max_bytes=MAX_BYTES):
        made.append(FileStore(tmp_path / "below" / "a.cache", max_bytes))
        return made[-1]

    yield open_store
    for store in made:
        store.close()


def test_bytes_are_found_by_their_name_in_another_process(make):
    make().store("/a", b"text")

    assert make().find("/a") == b"text"
    assert make().find("/b") is None


def test_file_stays_within_its_bytes_and_loses_the_oldest(make):
    store = make()
    for number in range(300):
        store.store(f"/{number}", os.urandom(8_000))

    assert store.path.stat().st_size <= MAX_BYTES
    assert store.find("/0") is None
    assert all(store.find(f"/{number}") for number in range(280, 300))


def test_who_may_not_evict_displaces_other_editions_only(make):
    store = make()
    for edition in ("old", "new", "newest"):
        for number in range(15):
            store.store(f"/{number}", os.urandom(8_000), edition)

    for number in range(100):
        store.store(f"/later/{number}", os.urandom(8_000), "new", may_evict=False)

    assert all(store.find(f"/{number}", "new") for number in range(15))
    assert store.find("/later/0", "new")
    assert store.find("/0", "old") is store.find("/14", "newest") is None
    assert store.find("/later/99", "new") is None


def test_bytes_moved_to_another_name_are_not_found(make):
    store = make()
    store.store("/a", b"text")
    tags = [file_store._hash(f" {name}")[:TAG_BYTES] for name in ("/a", "/b")]
    moved = store._file.read(tags[0])

    store._file.write(moved, tags[1], b"", may_overwrite=True)

    assert moved.endswith(b"text")
    assert store._file.read(tags[1]) == moved
    assert store.find("/b") is None


def test_random_sizes_give_what_was_stored_last_or_nothing(make):
    chance, stored, found = Random(1), {}, 0
    stores = [make(), make()]
    for number in range(1_500):
        name, size = f"/{chance.randrange(60)}", chance.choice((10, 900, 9_000, 30_000))
        writer, reader = chance.choices(stores, k=2)
        stored[name] = bytes([number % 256]) * size
        writer.store(name, stored[name], "edition", may_evict=chance.random() < 0.9)
        other = f"/{chance.randrange(60)}"
        read = reader.find(other, "edition")
        assert read in (None, stored.get(other))
        found += read is not None

    assert found > 500
    assert not any(store._circuit.is_open for store in stores)


def test_processes_that_write_at_once_read_whole_entries(make):
    make().store("/0", b"x")
    writers = [Process(target=write_often, args=(make(), letter)) for letter in (b"a", b"b")]
    for process in writers:
        process.start()
    reader, found = make(), 0
    while any(process.is_alive() for process in writers):
        for number in range(20):
            read = reader.find(f"/{number}") or b"x"
            assert len(set(read)) == 1
            found += read != b"x"

    assert [process.exitcode for process in writers] == [0, 0]
    assert found
    assert not reader._circuit.is_open


def write_often(store, letter):
    for number in range(400):
        store.store(f"/{number % 20}", letter * (number * 37 % 20_000 + 1))
    assert not store._circuit.is_open


def test_file_that_was_deleted_is_begun_again_with_the_next_entry(make):
    store = make()
    store.store("/a", b"text")
    store.path.unlink()

    store.store("/b", b"text")

    assert make().find("/b") == b"text"


def test_deleting_the_file_fails_no_thread_that_reads(make):
    store, done = make(), threading.Event()
    readers = [threading.Thread(target=read_until, args=(store, done)) for _ in range(3)]
    for thread in readers:
        thread.start()
    for _ in range(30):
        store.path.unlink(missing_ok=True)
        store.store("/a", b"text")
    done.set()
    for thread in readers:
        thread.join()

    assert not store._circuit.is_open
    assert make().find("/a") == b"text"


def read_until(store, done):
    while not done.is_set():
        assert store.find("/a") in (None, b"text")


def test_truncated_file_is_a_miss_and_begun_again(make, at_once):
    store = make()
    store.store("/a", b"text")
    os.truncate(store.path, 0)

    assert store.find("/a") is None
    store.store("/a", b"text")
    store.store("/a", b"text")
    assert make().find("/a") == b"text"


def test_processes_with_different_sizes_use_the_file_begun_last(make):
    earlier, later = make(), make(2 * MAX_BYTES)
    earlier.store("/lost", b"text")
    for name, store in (("/a", later), ("/b", earlier), ("/c", later)):
        store.store(name, b"text")

    assert [earlier.find(name) for name in ("/a", "/b", "/c")] == [b"text"] * 3
    assert later.find("/lost") is None


def test_writes_that_fail_midway_damage_nothing(make, monkeypatch, at_once):
    chance, store, written = Random(1), make(), os.pwrite

    def write_on_full_disk(file, data, offset):
        is_full = chance.random() < 0.05
        return written(file, data[: len(data) // 2 // BLOCK * BLOCK] if is_full else data, offset)

    store.store("/0", b"text")
    monkeypatch.setattr(os, "pwrite", write_on_full_disk)
    with store.path.open() as first:
        for number in range(800):
            store.store(f"/{number}", os.urandom(chance.choice((10, 900, 9_000, 30_000))))
        assert os.path.samestat(os.fstat(first.fileno()), store.path.stat())


def test_thread_that_writes_is_not_waited_for_long(make):
    store = make()
    store.store("/a", b"text")
    with store._file._lock:
        store.store("/b", b"text")

    assert store.find("/a")
    assert store.find("/b") is None
    assert not store._circuit.is_open


@pytest.fixture
def full(make):
    """Return a store and the names in it, the oldest first."""
    store = make()
    for number in range(70):
        store.store(f"/{number}", os.urandom(8_000))
    return store, [name for name in map("/{}".format, range(70)) if store.find(name)]


def test_entries_refused_evict_nothing(full, monkeypatch):
    store, (oldest, *others) = full
    monkeypatch.setattr(ring_file, "MAX_PASSED", 4)
    for number in range(3):
        store.store(f"/refused/{number}", os.urandom(8_000), may_evict=False)

    store.store("/new", os.urandom(8_000))

    assert store.find(oldest) is store.find("/refused/0") is None
    assert all(map(store.find, others))


def test_entry_stored_again_is_the_newest(full):
    store, (oldest, *_, newest) = full
    store.store(oldest, b"again", may_evict=False)
    for number in range(40):
        store.store(f"/new/{number}", os.urandom(8_000))

    assert store.find(oldest) == b"again"
    assert store.find(newest)


@pytest.fixture
def damaged(make, at_once):
    """Return a store in whose file the next record has bytes that no writer left."""
    store = make()
    store.store("/a", b"text")
    with store.path.open("r+b") as stream:
        stream.seek((store.path.read_bytes().index(b"text") // BLOCK + 1) * BLOCK)
        stream.write(b"\xff" * BLOCK)
    return store


def test_record_that_no_writer_left_begins_the_file_again(make, damaged):
    damaged.store("/b", b"text")
    assert not damaged.path.exists()

    damaged.store("/b", b"again")

    assert make().find("/b") == b"again"


def test_damaged_file_that_cannot_be_deleted_is_named_in_the_log(damaged, monkeypatch, caplog):
    def refuse(*args, **options):
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    damaged.store("/b", b"text")

    assert f"{damaged.path} is damaged" in caplog.text


def test_what_is_larger_than_the_file_is_not_stored(make):
    store = make()
    store.store("/small", b"text")

    store.store("/large", b"x" * 2 * MAX_BYTES)

    assert store.find("/large") is None
    store.store("/small", b"again")
    assert store.find("/small") == b"again"


def test_file_names_no_page(make):
    store = make()
    store.store("/secret-address", b"x")

    assert b"secret-address" not in store.path.read_bytes()


def test_other_secret_key_finds_nothing(make, settings):
    make().store("/a", b"text")

    settings.SECRET_KEY = "another key, as long as a real one has to be: 0123456789 0123456789"

    assert make().find("/a") is None


def test_store_of_no_bytes_makes_no_file(make):
    store = make(max_bytes=0)
    store.store("/a", b"text")

    assert store.find("/a") is None
    assert not store.path.exists()


@pytest.mark.parametrize("text", ["", "-1", "1.5", "lots", "١", "1" * 9])
def test_size_that_is_no_number_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match="RESPONSE_CACHE_MB"):
        read_megabytes(text)


def test_size_is_in_megabytes():
    assert read_megabytes("2") == 2_000_000
