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
