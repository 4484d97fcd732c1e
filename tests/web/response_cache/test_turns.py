"""Threads take turns at the same work."""

import threading

from releases.web.response_cache import turns
from releases.web.response_cache.turns import Turns


def test_thread_waits_until_another_is_done():
    order, rendering = [], Turns()

    def wait():
        order.append("begins")
        with rendering.turn("page") as has_waited:
            order.append(has_waited)

    with rendering.turn("page") as has_waited:
        order.append(has_waited)
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.05)
        order.append("first is done")
    thread.join()

    assert order == [False, "begins", "first is done", True]


def test_wait_ends_after_a_while(monkeypatch):
    monkeypatch.setattr(turns, "MAX_WAIT", 0.01)
    rendering = Turns()
    with rendering.turn("page"), rendering.turn("page") as has_waited:
        assert has_waited
    with rendering.turn("page") as has_waited:
        assert not has_waited


def test_what_has_no_key_waits_for_nothing():
    rendering = Turns()
    with rendering.turn(None), rendering.turn(None) as has_waited:
        assert not has_waited
