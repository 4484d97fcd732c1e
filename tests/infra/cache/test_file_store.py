"""Signed bytes in one file: bounded, and any failure is a miss."""

import os
from multiprocessing import get_context
from random import Random

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra.cache import file_store, read_megabytes
from pressroom.infra.cache.file_store import FileStore
from pressroom.infra.cache.ring_file import BLOCK, TAG_BYTES

MAX_BYTES = 400_000
Process = get_context("fork").Process


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

    store._file.write(tags[1], moved, b"", may_overwrite=True)

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


def test_record_that_no_writer_left_begins_the_file_again(make, monkeypatch):
    monkeypatch.setattr("pressroom.infra.circuit_breaker.OPEN_SECONDS", 0)
    store = make()
    store.store("/a", b"text")
    with store.path.open("r+b") as stream:
        stream.seek(store.path.read_bytes().index(b"text") // BLOCK * BLOCK)
        stream.write(b"\xff" * BLOCK)

    store.store("/a", b"text that needs more blocks" * 100)
    assert not store.path.exists()
    store.store("/a", b"again")
    assert make().find("/a") == b"again"


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
