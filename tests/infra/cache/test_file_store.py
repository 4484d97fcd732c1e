"""Signed bytes in one SQLite file: bounded, and any failure is a miss."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra.cache import file_store, read_megabytes
from pressroom.infra.cache.file_store import FileStore

MAX_BYTES = 400_000


@pytest.fixture
def make(tmp_path):
    """Return a function that opens a store on the same file, as another process would."""
    made = []

    def open_store(max_bytes=MAX_BYTES):
        made.append(FileStore(tmp_path / "below" / "a.sqlite3", max_bytes))
        return made[-1]

    yield open_store
    for store in made:
        store.close()


def test_bytes_are_found_by_their_name_in_another_process(make):
    make().store("/a", b"text")

    assert make().find("/a") == b"text"
    assert make().find("/b") is None


def test_file_stays_within_its_bytes_and_loses_the_oldest(make, monkeypatch):
    monkeypatch.setattr(file_store, "EVICTED", 8)
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

    assert b"secret-address" not in store.path.with_name("a.sqlite3-wal").read_bytes()


def test_other_secret_key_finds_nothing(make, settings):
    make().store("/a", b"text")

    settings.SECRET_KEY = "another key, as long as a real one has to be: 0123456789 0123456789"

    assert make().find("/a") is None


def test_store_of_no_bytes_makes_no_file(make):
    store = make(max_bytes=0)
    store.store("/a", b"text")

    assert store.find("/a") is None
    assert not store.path.exists()


def test_cleared_store_is_empty(make):
    store = make()
    store.store("/a", b"text")

    store.clear()

    assert store.find("/a") is None


@pytest.mark.parametrize("text", ["", "-1", "1.5", "lots", "١", "1" * 9])
def test_size_that_is_no_number_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match="RESPONSE_CACHE_MB"):
        read_megabytes(text)


def test_size_is_in_megabytes():
    assert read_megabytes("2") == 2_000_000
