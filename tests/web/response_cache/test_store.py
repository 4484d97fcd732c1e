"""Limits of the response cache."""

from releases.web.response_cache import store
from releases.web.response_cache.store import CachedResponse, ResponseCache


def test_cache_evicts_the_oldest_beyond_its_byte_limit(monkeypatch):
    monkeypatch.setattr(store, "MAX_BYTES", 3 * (101 + store.OVERHEAD))
    responses = ResponseCache()
    for name in "abc":
        responses.store((name,), CachedResponse(None, b"x" * 100, {}))
    responses.find(("a",))
    responses.store(("d",), CachedResponse(None, b"x" * 100, {}))

    assert [bool(responses.find((name,))) for name in "abcd"] == [True, False, True, True]


def test_keys_and_headers_count_in_the_size():
    responses = ResponseCache()
    kept = CachedResponse(cache_policy=None, body=b"", headers={"Link": "l" * 10_000})
    for number in range(1000):
        responses.store((f"{number}", "a" * 10_000), kept)

    assert 100 < len(responses._entries) < store.MAX_BYTES / 20_000


def test_full_cache_takes_few_of_what_another_store_has(monkeypatch):
    monkeypatch.setattr(store, "MAX_BYTES", 20 * (103 + store.OVERHEAD))
    responses = ResponseCache()
    for number in range(20):
        responses.store((f"p{number:02}",), CachedResponse(None, b"x" * 100, {}))

    for number in range(2 * store.ADMITTED_EVERY):
        responses.offer((f"n{number:02}",), CachedResponse(None, b"x" * 100, {}))

    assert sum(key[0].startswith("n") for key in responses._entries) == 2


def test_offered_response_replaces_an_older_one(monkeypatch):
    monkeypatch.setattr(store, "ADMITTED_EVERY", 1 << 30)
    monkeypatch.setattr(store, "MAX_BYTES", 2 * store.OVERHEAD + 10)
    responses = ResponseCache()
    responses.offer(("admitted",), CachedResponse(None, b"", {}))
    responses.store(("a",), CachedResponse(None, b"old", {}))

    responses.offer(("a",), CachedResponse(None, b"new", {}))

    found = responses.find(("a",))
    assert found
    assert found.body == b"new"
